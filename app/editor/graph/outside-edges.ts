/** Edges that lead into copied nodes from others: copies can be fed by what feeds the originals. */
import type { Workflow, WorkflowEdge } from "@/nodes/workflow";
import { connect, type Fragment } from "./operations";

/** Those into `ids` from nodes that are not among them. */
export function outsideEdges(workflow: Workflow, ids: ReadonlySet<string>): WorkflowEdge[] {
  return workflow.edges.filter(({ source, target }) => ids.has(target) && !ids.has(source));
}

/**
 * Connects pasted nodes to what fed the originals, where that is still there; led through the same dots, they branch off
 * the edges of the originals. `renamed`: from the ids in the fragment to those they got.
 */
export function withOutsideEdges(workflow: Workflow, { outside = [] }: Fragment, renamed: ReadonlyMap<string, string>): Workflow {
  return outside.reduce((current, edge) => {
    const target = renamed.get(edge.target);
    return target === undefined ? current : connect(current, { ...edge, target });
  }, workflow);
}
