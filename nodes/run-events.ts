/** What happens during a run, in order, and the state those events add up to. Server and browser fold the same way. */
import { z } from "zod";
import type { SaidMessage, SaidWords } from "@/models/said";
import { saidMessageSchema, saidWordsSchema } from "./said-schema";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const nodeId = z.string();

/** An artifact named by the sha256 of its bytes: pictures are PNG, tensors safetensors. */
export const artifactSchema = z.object({
  hash,
  kind: z.enum(["png", "safetensors"]),
  bytes: z.int().min(0),
  /** So many of its values are NaN or infinite; absent when none is. */
  notFinite: z.int().min(1).optional(),
});
export type Artifact = z.infer<typeof artifactSchema>;

export const outputSchema = z.object({
  type: z.string(),
  tensors: artifactSchema,
  /** Shapes and dtypes by tensor name, so that nothing need be opened to say them. */
  shapes: z.record(z.string(), z.object({ dtype: z.string(), dims: z.array(z.int()) })),
  facts: z.record(z.string(), z.json()),
  /** The picture of this value: the image itself, or a projection of latents. */
  picture: artifactSchema.nullable(),
});
export type Output = z.infer<typeof outputSchema>;

export const frameSchema = z.object({
  step: z.int().min(1),
  total: z.int().min(1),
  /** Null when they were let go because the run's steps took more room than a run may keep ("frames-thinned"). */
  tensors: artifactSchema.nullable(),
  numbers: z.record(z.string(), z.number()),
  preview: artifactSchema.nullable(),
});
export type StoredFrame = z.infer<typeof frameSchema>;

/** Why a node ran, or did not have to. */
export const whySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("first-time") }),
  /** `what`: titles of params and inputs that differ from the last run of this workflow, "checkpoint" and the like. */
  z.object({ kind: z.literal("changed"), what: z.array(z.string()) }),
  /** There was a result and its files had to make room, or were removed. */
  z.object({ kind: z.literal("evicted") }),
  /** There was a result, and a file of it held something else. */
  z.object({ kind: z.literal("damaged") }),
  z.object({ kind: z.literal("forced") }),
  /** An attempt at it was interrupted, and its steps are of no use: the node, the checkpoint or the way of computing is another. */
  z.object({ kind: z.literal("restarted") }),
  /** Reused: nothing differs from the last run. */
  z.object({ kind: z.literal("unchanged") }),
  /** Reused: another run computed just this before. */
  z.object({ kind: z.literal("computed-before") }),
]);
export type Why = z.infer<typeof whySchema>;

/** One axis of a sweep: the values one param of one node takes. */
export const sweepAxisSchema = z.object({ nodeId, param: z.string(), title: z.string(), values: z.array(z.json()) });
export type SweepAxis = z.infer<typeof sweepAxisSchema>;

export const runEndings = ["done", "failed", "cancelled"] as const;
export type RunEnding = (typeof runEndings)[number];

/** Fingerprint of the weights a node runs on; absent of one that runs no network. */
const checkpoint = z.string().min(1).max(128).optional();

export const runEventSchema = z.discriminatedUnion("type", [
  /** `axes`: of the sweeps the run holds, in the order that instance ids count them (nodes/sweeps.ts). */
  z.object({ type: z.literal("queued"), nodes: z.array(nodeId), axes: z.array(sweepAxisSchema).optional() }),
  z.object({ type: z.literal("started") }),
  /** Somebody paused it; it goes on when they say so. */
  z.object({ type: z.literal("paused") }),
  /** The run lost its worker, was paused or let a probe go first, and goes on from the nodes and frames that are there. */
  z.object({ type: z.literal("resumed") }),
  /** `after`: it goes on after this step of an interrupted attempt. `key` names the result it will have. */
  z.object({ type: z.literal("node-started"), nodeId, key: hash.optional(), why: whySchema.optional(), after: z.int().min(1).optional(), checkpoint }),
  /**
   * Said when a model begins to load, and again with figures while a load takes its time. `bytes` is the size of its
   * weights; `progress` is an estimate from 0 to 0.99, absent where there is none, and 1 when the model is loaded.
   */
  z.object({
    type: z.literal("loading"),
    nodeId,
    model: z.string(),
    bytes: z.number().min(0).optional(),
    seconds: z.number().min(0).optional(),
    progress: z.number().min(0).max(1).optional(),
  }),
  z.object({ type: z.literal("frame"), nodeId, frame: frameSchema }),
  /** The tensors of these steps are not kept any more; their numbers and previews are. Never of a node's first or newest step. */
  z.object({ type: z.literal("frames-thinned"), nodeId, steps: z.array(z.int().min(1)) }),
  z.object({ type: z.literal("notice"), nodeId, message: z.string(), said: saidWordsSchema.optional() }),
  z.object({ type: z.literal("node-done"), nodeId, seconds: z.number(), outputs: z.record(z.string(), outputSchema) }),
  /** Its result was there already: nothing ran. `seconds` is what computing it took then. */
  z.object({
    type: z.literal("node-reused"),
    nodeId,
    key: hash,
    why: whySchema,
    seconds: z.number(),
    outputs: z.record(z.string(), outputSchema),
    frames: z.array(frameSchema),
    notices: z.array(saidMessageSchema),
    checkpoint,
  }),
  z.object({ type: z.literal("node-failed"), nodeId, message: z.string(), remedy: z.string().optional(), said: saidWordsSchema.optional() }),
  /** Not computed because a node before it failed or the run was cancelled. */
  z.object({ type: z.literal("node-not-run"), nodeId }),
  z.object({ type: z.literal("ended"), status: z.enum(runEndings), seconds: z.number(), message: z.string().optional(), said: saidWordsSchema.optional() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

/** Of a load that takes its time; null where nobody can say. */
export interface LoadProgress {
  seconds: number;
  bytes: number | null;
  progress: number | null;
}

export type NodeState =
  /** `partial`: the frames an interrupted attempt left, and the key of the result they belong to. */
  | { status: "waiting"; partial?: { key: string; frames: StoredFrame[] } }
  | { status: "running"; key: string | null; why: Why | null; loading: string | null; load: LoadProgress | null; frames: StoredFrame[]; notices: SaidMessage[] }
  | { status: "done"; reused: boolean; key: string | null; why: Why | null; seconds: number; outputs: Record<string, Output>; frames: StoredFrame[]; notices: SaidMessage[] }
  | { status: "failed"; message: string; remedy?: string | undefined; said?: SaidWords | undefined; frames: StoredFrame[]; notices: SaidMessage[] }
  /** `frames`: of one that was at work when its run was cancelled. */
  | { status: "not-run"; frames?: StoredFrame[] };

export type RunStatus = "queued" | "running" | "paused" | RunEnding;

export interface RunState {
  status: RunStatus;
  nodes: Record<string, NodeState>;
  seconds: number | null;
  message: string | null;
  /** What the message is made of; null where that was not stored. */
  said: SaidWords | null;
  /** Of the run's sweeps; empty without one. */
  axes: SweepAxis[];
  /** The fingerprint of the checkpoint it was computed with; absent before the first node that runs a network, and of runs that older versions made. */
  checkpoint?: string;
}

export const unstartedRun: RunState = { status: "queued", nodes: {}, seconds: null, message: null, said: null, axes: [] };

type Running = Extract<NodeState, { status: "running" }>;
const running = (): Running => ({ status: "running", key: null, why: null, loading: null, load: null, frames: [], notices: [] });

function loadAfter({ model, seconds, bytes, progress }: Extract<RunEvent, { type: "loading" }>): Pick<Running, "loading" | "load"> {
  if (progress === 1) return { loading: null, load: null };
  return { loading: model, load: seconds === undefined ? null : { seconds, bytes: bytes ?? null, progress: progress ?? null } };
}

/** A node's frames with one more. One that starts again, because it cannot go on after a step, has none of its earlier ones. */
export function withFrame(frames: readonly StoredFrame[], frame: StoredFrame): StoredFrame[] {
  const last = frames.at(-1);
  return [...(last && last.step >= frame.step ? frames.filter(({ step }) => step < frame.step) : frames), frame];
}

/** The frames when the tensors of these steps are let go. */
export function thinned(frames: readonly StoredFrame[], steps: readonly number[]): StoredFrame[] {
  const gone = new Set(steps);
  return frames.map((frame) => (gone.has(frame.step) ? { ...frame, tensors: null } : frame));
}

const noFrames: readonly StoredFrame[] = [];

/** The steps there are of a node, whatever became of it: one that waits has those of an attempt that was interrupted. */
export function framesOf(node: NodeState | undefined): readonly StoredFrame[] {
  if (!node) return noFrames;
  return (node.status === "waiting" ? node.partial?.frames : node.frames) ?? noFrames;
}

function thinnedNode(node: NodeState, steps: readonly number[]): NodeState {
  if ("frames" in node && node.frames) return { ...node, frames: thinned(node.frames, steps) };
  if (node.status === "waiting" && node.partial) return { ...node, partial: { ...node.partial, frames: thinned(node.partial.frames, steps) } };
  return node;
}

/** What becomes of a node when its run is interrupted: what was computed of it stays. */
function interrupted(node: NodeState): NodeState {
  if (node.status === "done") return node;
  if (node.status === "waiting" && node.partial) return node;
  if (node.status === "running" && node.key !== null && node.frames.length > 0) return { status: "waiting", partial: { key: node.key, frames: node.frames } };
  return { status: "waiting" };
}

/** The state after one more event. Pure: the argument is not changed. */
export function afterEvent(state: RunState, event: RunEvent): RunState {
  const withNode = (id: string, node: NodeState): RunState => ({ ...state, nodes: { ...state.nodes, [id]: node } });
  switch (event.type) {
    case "queued":
      return { ...unstartedRun, nodes: Object.fromEntries(event.nodes.map((id) => [id, { status: "waiting" }])), axes: event.axes ?? [] };
    case "started":
      return { ...state, status: "running" };
    case "paused":
    case "resumed":
      return {
        ...state,
        status: event.type === "paused" ? "paused" : "running",
        nodes: Object.fromEntries(Object.entries(state.nodes).map(([id, node]) => [id, interrupted(node)])),
      };
    case "node-started": {
      const before = state.nodes[event.nodeId];
      const { after } = event;
      const frames = after !== undefined && before?.status === "waiting" ? (before.partial?.frames ?? []).filter(({ step }) => step <= after) : [];
      return { ...withNode(event.nodeId, { ...running(), key: event.key ?? null, why: event.why ?? null, frames }), ...(event.checkpoint !== undefined && { checkpoint: event.checkpoint }) };
    }
    case "node-reused": {
      const { key, why, seconds, outputs, frames, notices } = event;
      return { ...withNode(event.nodeId, { status: "done", reused: true, key, why, seconds, outputs, frames, notices }), ...(event.checkpoint !== undefined && { checkpoint: event.checkpoint }) };
    }
    case "ended":
      return { ...state, status: event.status, seconds: event.seconds, message: event.message ?? null, said: event.said ?? null };
    case "node-not-run": {
      const steps = framesOf(state.nodes[event.nodeId]);
      return withNode(event.nodeId, { status: "not-run", ...(steps.length > 0 && { frames: [...steps] }) });
    }
    case "frames-thinned": {
      const node = state.nodes[event.nodeId];
      return node ? withNode(event.nodeId, thinnedNode(node, event.steps)) : state;
    }
    default: {
      const before = state.nodes[event.nodeId];
      const active = before?.status === "running" ? before : running();
      const { frames, notices, key, why } = active;
      switch (event.type) {
        case "loading":
          return withNode(event.nodeId, { ...active, ...loadAfter(event) });
        case "frame":
          return withNode(event.nodeId, { ...active, loading: null, load: null, frames: withFrame(frames, event.frame) });
        case "notice":
          return withNode(event.nodeId, { ...active, notices: [...notices, { message: event.message, ...(event.said && { said: event.said }) }] });
        case "node-done":
          return withNode(event.nodeId, { status: "done", reused: false, key, why, seconds: event.seconds, outputs: event.outputs, frames, notices });
        case "node-failed":
          return withNode(event.nodeId, { status: "failed", message: event.message, remedy: event.remedy, ...(event.said && { said: event.said }), frames, notices });
      }
    }
  }
}
