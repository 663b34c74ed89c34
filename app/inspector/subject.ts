/** What somebody looks at: one node of a run, its steps or one of its outputs, at one moment. */
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken } from "@/app/i18n/vocabulary";
import { type Artifact, framesOf, type NodeState, type Output, type RunState, type StoredFrame } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";

/** A run as the browser holds it. */
export interface InspectedRun {
  readonly id: string;
  /** The workflow as it was when the run started. */
  readonly graph: Workflow;
  readonly state: RunState;
}

/** Where in a node to look: its steps (null) or the output of a port. */
export interface Source {
  readonly port: string | null;
  readonly title: string;
}

export interface Subject {
  readonly runId: string;
  readonly nodeId: string;
  /** As the run's state names it: with its cell when it is swept. */
  readonly instance: string;
  readonly nodeType: string;
  readonly title: string;
  /** Of its type, where the run was computed by another one than this program has; `now` is null of a type it does not know. */
  readonly versions: { readonly made: number; readonly now: number | null } | null;
  /** Everything of this node that can be looked at. Empty: it has nothing to show yet. */
  readonly sources: readonly Source[];
  readonly port: string | null;
  /** Outputs that are words. */
  readonly words: readonly { readonly title: string; readonly text: string }[];
  /** The node's steps; empty when an output is looked at. */
  readonly frames: readonly StoredFrame[];
  readonly frame: StoredFrame | null;
  readonly output: Output | null;
  /** Where the tensors lie; null when nothing is there (yet). */
  readonly artifact: Artifact | null;
  /** Further steps may come. */
  readonly live: boolean;
  /** Input ports that were fed in the run. */
  readonly fed: readonly string[];
  /** Rows and columns of its patches, where the node says them. */
  readonly grid: { readonly rows: number; readonly columns: number } | null;
}

const outputsOf = (node: NodeState): Readonly<Record<string, Output>> => (node.status === "done" ? node.outputs : {});

/** Outputs that hold tensors: text has none. */
function sourcesOf(node: NodeState, ports: Readonly<Record<string, { title: string }>>, t: Translate): Source[] {
  const steps = framesOf(node).length > 0 ? [{ port: null, title: t("inspector.steps") }] : [];
  const outputs = Object.entries(outputsOf(node)).filter(([, output]) => Object.keys(output.shapes).length > 0);
  return [...steps, ...outputs.map(([port]) => ({ port, title: spoken(ports[port]?.title ?? port, t) }))];
}

function gridOf(node: NodeState, port: string | null): Subject["grid"] {
  const outputs = outputsOf(node);
  const candidates = port === null ? Object.values(outputs) : [outputs[port]];
  for (const output of candidates) {
    const { rows, columns } = output?.facts ?? {};
    if (typeof rows === "number" && typeof columns === "number") return { rows, columns };
  }
  return null;
}

/** Where a step lies: the newest for null; for a step that is not among them the last before it, else the first. −1 of none. */
export function indexUpTo(frames: readonly StoredFrame[], step: number | null): number {
  if (step === null) return frames.length - 1;
  return frames.length === 0 ? -1 : Math.max(0, frames.findLastIndex((frame) => frame.step <= step));
}

/** The frame there; two timelines of different lengths can be walked together by it. */
export function frameUpTo(frames: readonly StoredFrame[], step: number | null): StoredFrame | null {
  return frames[indexUpTo(frames, step)] ?? null;
}

/**
 * @param instance the node's id in the run, with its cell when it is swept
 * @param wanted the source wanted; the first there is when the node has no such one
 * @returns null when the run holds no such node
 */
export function subjectOf(run: InspectedRun, nodeId: string, instance: string | undefined, wanted: string | null, pick: (frames: readonly StoredFrame[]) => StoredFrame | null, t: Translate): Subject | null {
  const node = instance === undefined ? undefined : run.state.nodes[instance];
  const placed = run.graph.nodes.find(({ id }) => id === nodeId);
  if (instance === undefined || !node || !placed) return null;
  const spec = findSpec(placed.type);
  const sources = sourcesOf(node, spec?.outputs ?? {}, t);
  const source = sources.find(({ port }) => port === wanted) ?? sources[0];
  const frames = source?.port === null ? framesOf(node) : [];
  const frame = pick(frames);
  const output = typeof source?.port === "string" ? (outputsOf(node)[source.port] ?? null) : null;
  return {
    runId: run.id,
    nodeId,
    instance,
    nodeType: placed.type,
    title: nodeTitle(placed, t),
    versions: placed.version === spec?.version ? null : { made: placed.version, now: spec?.version ?? null },
    sources,
    port: source?.port ?? null,
    words: Object.entries(outputsOf(node)).flatMap(([port, { facts }]) => (typeof facts.text === "string" ? [{ title: spoken(spec?.outputs[port]?.title ?? port, t), text: facts.text }] : [])),
    frames,
    frame,
    output,
    artifact: frame?.tensors ?? output?.tensors ?? null,
    live: node.status === "running",
    fed: run.graph.edges.flatMap(({ target, targetPort }) => (target === nodeId ? [targetPort] : [])),
    grid: gridOf(node, source?.port ?? null),
  };
}
