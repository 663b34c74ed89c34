/** Nodes and edges from a file, as the canvas can show them. */
import { edgeId, type WorkflowEdge, type WorkflowNode } from "@/nodes/workflow";

export interface MendedGraph {
  /** Edges whose ends are nodes of the file, one for each input. */
  readonly edges: WorkflowEdge[];
  /** How many were left out: nobody could see them, nor take them away. */
  readonly leftOut: number;
}

/** The first id that two nodes share. There is no telling which of them an edge means. */
export function sharedId(nodes: readonly WorkflowNode[]): string | null {
  const ids = new Set<string>();
  for (const { id } of nodes) {
    if (ids.has(id)) return id;
    ids.add(id);
  }
  return null;
}

export function mendedEdges({ nodes, edges }: { readonly nodes: readonly WorkflowNode[]; readonly edges: readonly WorkflowEdge[] }): MendedGraph {
  const ids = new Set(nodes.map(({ id }) => id));
  const fed = new Set<string>();
  const kept = edges.filter((edge) => {
    const input = edgeId({ ...edge, source: "", sourcePort: "" });
    if (!ids.has(edge.source) || !ids.has(edge.target) || fed.has(input)) return false;
    fed.add(input);
    return true;
  });
  return { edges: kept, leftOut: edges.length - kept.length };
}
