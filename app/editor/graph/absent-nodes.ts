/** Nodes of a run that its workflow does not have any more: deleted since, or of another version. */
import { type NodeState, type RunState, framesOf } from "@/nodes/run-events";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { nodeOf } from "./lookup";
import { instancesIn } from "./sweep-cells";

/** A run as far as is needed here. */
export interface PastRun {
  /** The workflow as it was when the run started. */
  readonly graph: Workflow;
  readonly state: Pick<RunState, "nodes">;
}

const hasTensors = (node: NodeState | undefined) =>
  node !== undefined && (framesOf(node).length > 0 || (node.status === "done" && Object.values(node.outputs).some(({ shapes }) => Object.keys(shapes).length > 0)));

const hasWords = (node: NodeState | undefined) => node?.status === "done" && Object.values(node.outputs).some(({ facts }) => typeof facts.text === "string");

/** Nodes of a run that have tensors to look at. */
export function nodesWithTensors({ graph, state }: PastRun): WorkflowNode[] {
  return graph.nodes.filter(({ id }) => instancesIn(state.nodes, id).some((instance) => hasTensors(state.nodes[instance])));
}

/** Nodes of a run with something to look at that `now` does not have. */
export function absentNodes({ graph, state }: PastRun, now: Workflow): WorkflowNode[] {
  if (graph === now) return [];
  return graph.nodes.filter(({ id }) => !nodeOf(now, id) && instancesIn(state.nodes, id).some((instance) => hasTensors(state.nodes[instance]) || hasWords(state.nodes[instance])));
}
