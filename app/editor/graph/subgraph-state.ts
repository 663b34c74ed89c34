/** What the nodes in a subgraph add up to, and which of them its card shows. */
import { isSubgraph } from "@/nodes/nesting";
import type { NodeState, RunState } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { computingTargets } from "@/nodes/subgraphs";
import type { Workflow } from "@/nodes/workflow";
import { nestingIn } from "./levels";
import { nodeOf, remembered } from "./lookup";
import { isPictured } from "./pictured";
import { instancesIn, overallStatus } from "./sweep-cells";

const innerByCard = remembered((_: Workflow) => new Map<string, readonly string[]>());
const faceByCard = remembered((_: Workflow) => new Map<string, string | null>());

/** The nodes in a subgraph that compute, at any depth. */
export function innerNodes(workflow: Workflow, id: string): readonly string[] {
  const known = innerByCard(workflow);
  const inner = known.get(id) ?? [...nestingIn(workflow).contentsOf(id)].filter((each) => !isSubgraph(nodeOf(workflow, each)!));
  known.set(id, inner);
  return inner;
}

/** The node whose result a card stands for: of what a subgraph gives, first what has a picture, then words; itself for any other. */
export function faceOf(workflow: Workflow, id: string): string | null {
  const node = nodeOf(workflow, id);
  if (!node || !isSubgraph(node)) return id;
  const known = faceByCard(workflow);
  const before = known.get(id);
  if (before !== undefined) return before;
  const candidates = computingTargets(workflow, [id]);
  const typeOf = (each: string) => nodeOf(workflow, each)?.type ?? "";
  const gives = (type: string) => (each: string) => Object.values(findSpec(typeOf(each))?.outputs ?? {}).some((port) => port.type === type);
  const face = candidates.find(gives("image")) ?? candidates.find((each) => isPictured(typeOf(each))) ?? candidates.find(gives("text")) ?? candidates[0] ?? null;
  known.set(id, face);
  return face;
}

export interface SubgraphState {
  readonly status: NodeState["status"];
  readonly total: number;
  readonly ended: number;
  /** The node at work, and the first that failed. */
  readonly running: string | null;
  readonly failed: string | null;
  /** Nothing had to be computed. */
  readonly reused: boolean;
  /** What was computed took so long. */
  readonly seconds: number;
}

/** Null when the run holds none of the nodes. Flat, so that two can be compared part by part. */
export function subgraphState(nodes: RunState["nodes"], inner: readonly string[]): SubgraphState | null {
  const there = inner.flatMap((id) => {
    const status = overallStatus(nodes, id) ?? (instancesIn(nodes, id).length > 0 ? "waiting" : undefined);
    return status ? [{ id, status }] : [];
  });
  if (there.length === 0) return null;
  const ended = there.filter(({ status }) => status === "done" || status === "failed" || status === "not-run").length;
  const done = there.filter(({ status }) => status === "done").length;
  const running = there.find(({ status }) => status === "running")?.id ?? null;
  const failed = there.find(({ status }) => status === "failed")?.id ?? null;
  const computed = there.flatMap(({ id }) => instancesIn(nodes, id)).flatMap((instance) => {
    const node = nodes[instance];
    return node?.status === "done" && !node.reused ? [node.seconds] : [];
  });
  const status = running ? "running" : failed ? "failed" : ended < there.length ? (ended > 0 ? "running" : "waiting") : done > 0 ? "done" : "not-run";
  return { status, total: there.length, ended, running, failed, reused: computed.length === 0, seconds: computed.reduce((sum, each) => sum + each, 0) };
}
