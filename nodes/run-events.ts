/** What happens during a run, in order, and the state those events add up to. Server and browser fold the same way. */
import { z } from "zod";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const nodeId = z.string();

/** An artifact named by the sha256 of its bytes: pictures are PNG, tensors safetensors. */
export const artifactSchema = z.object({ hash, kind: z.enum(["png", "safetensors"]), bytes: z.int().min(0) });
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
  tensors: artifactSchema,
  numbers: z.record(z.string(), z.number()),
  preview: artifactSchema.nullable(),
});
export type StoredFrame = z.infer<typeof frameSchema>;

export const runEndings = ["done", "failed", "cancelled"] as const;
export type RunEnding = (typeof runEndings)[number];

export const runEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("queued"), nodes: z.array(nodeId) }),
  z.object({ type: z.literal("started") }),
  /** The run lost its worker and goes on from the nodes that are done. */
  z.object({ type: z.literal("resumed") }),
  z.object({ type: z.literal("node-started"), nodeId }),
  z.object({ type: z.literal("loading"), nodeId, model: z.string() }),
  z.object({ type: z.literal("frame"), nodeId, frame: frameSchema }),
  z.object({ type: z.literal("notice"), nodeId, message: z.string() }),
  z.object({ type: z.literal("node-done"), nodeId, seconds: z.number(), outputs: z.record(z.string(), outputSchema) }),
  z.object({ type: z.literal("node-failed"), nodeId, message: z.string(), remedy: z.string().optional() }),
  /** Not computed because a node before it failed or the run was cancelled. */
  z.object({ type: z.literal("node-not-run"), nodeId }),
  z.object({ type: z.literal("ended"), status: z.enum(runEndings), seconds: z.number(), message: z.string().optional() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

export type NodeState =
  | { status: "waiting" }
  | { status: "running"; loading: string | null; frames: StoredFrame[]; notices: string[] }
  | { status: "done"; seconds: number; outputs: Record<string, Output>; frames: StoredFrame[]; notices: string[] }
  | { status: "failed"; message: string; remedy?: string | undefined; frames: StoredFrame[]; notices: string[] }
  | { status: "not-run" };

export type RunStatus = "queued" | "running" | RunEnding;

export interface RunState {
  status: RunStatus;
  nodes: Record<string, NodeState>;
  seconds: number | null;
  message: string | null;
}

export const unstartedRun: RunState = { status: "queued", nodes: {}, seconds: null, message: null };

const running = (): NodeState => ({ status: "running", loading: null, frames: [], notices: [] });

/** The state after one more event. Pure: the argument is not changed. */
export function afterEvent(state: RunState, event: RunEvent): RunState {
  const withNode = (id: string, node: NodeState): RunState => ({ ...state, nodes: { ...state.nodes, [id]: node } });
  switch (event.type) {
    case "queued":
      return { ...unstartedRun, nodes: Object.fromEntries(event.nodes.map((id) => [id, { status: "waiting" }])) };
    case "started":
      return { ...state, status: "running" };
    case "resumed":
      return {
        ...state,
        status: "running",
        nodes: Object.fromEntries(
          Object.entries(state.nodes).map(([id, node]) => [id, node.status === "done" ? node : { status: "waiting" }]),
        ),
      };
    case "node-started":
      return withNode(event.nodeId, running());
    case "ended":
      return { ...state, status: event.status, seconds: event.seconds, message: event.message ?? null };
    case "node-not-run":
      return withNode(event.nodeId, { status: "not-run" });
    default: {
      const before = state.nodes[event.nodeId];
      const active = before?.status === "running" ? before : (running() as Extract<NodeState, { status: "running" }>);
      const { frames, notices } = active;
      switch (event.type) {
        case "loading":
          return withNode(event.nodeId, { ...active, loading: event.model });
        case "frame":
          return withNode(event.nodeId, { ...active, loading: null, frames: [...frames, event.frame] });
        case "notice":
          return withNode(event.nodeId, { ...active, notices: [...notices, event.message] });
        case "node-done":
          return withNode(event.nodeId, { status: "done", seconds: event.seconds, outputs: event.outputs, frames, notices });
        case "node-failed":
          return withNode(event.nodeId, { status: "failed", message: event.message, remedy: event.remedy, frames, notices });
      }
    }
  }
}
