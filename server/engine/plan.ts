/** Which nodes a run needs, each after the nodes it depends on, and what stands in the way. */
import { ancestors, workflowProblems, type Problem } from "@/nodes/problems";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";

export interface PlannedNode {
  readonly node: WorkflowNode;
  /** Edges that feed this node. */
  readonly edges: readonly WorkflowEdge[];
}

export interface Plan {
  readonly nodes: readonly PlannedNode[];
  /** Problems of the needed nodes only: an unfinished branch elsewhere keeps nothing from running. */
  readonly problems: readonly Problem[];
}

/** The plan for `targets`, or for every sink when none are chosen. */
export function planRun(workflow: Workflow, targets?: readonly string[]): Plan {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  const starts = targets?.length ? targets : workflow.nodes.filter((node) => findSpec(node.type)?.sink).map((node) => node.id);
  const needed = ancestors(workflow, starts);
  const nodes = needed.flatMap((id) => {
    const node = byId.get(id);
    return node ? [{ node, edges: workflow.edges.filter((edge) => edge.target === id) }] : [];
  });
  return { nodes, problems: [...startProblems(starts, byId), ...problemsOf(workflow, new Set(needed))] };
}

function startProblems(starts: readonly string[], byId: ReadonlyMap<string, WorkflowNode>): Problem[] {
  if (starts.length === 0) {
    return [{ message: "This workflow makes nothing yet.", remedy: "Add a Save Image node, or choose a node and run up to it." }];
  }
  return starts.filter((id) => !byId.has(id)).map((id) => ({ message: `There is no node “${id}” to run.`, remedy: "Choose a node of this workflow." }));
}

function problemsOf(workflow: Workflow, needed: ReadonlySet<string>): Problem[] {
  return workflowProblems(workflow).filter((problem) => problem.nodeId === undefined || needed.has(problem.nodeId));
}
