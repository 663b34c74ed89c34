/** Quick answers about a workflow. Workflows never change in place, so each answer is computed once per array. */
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";

export function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const cache = new WeakMap<K, V>();
  return (key) => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const value = compute(key);
    cache.set(key, value);
    return value;
  };
}

export function grouped<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const byId = remembered((nodes: readonly WorkflowNode[]) => new Map(nodes.map((node) => [node.id, node])));

const byTarget = remembered((edges: readonly WorkflowEdge[]) => new Map(edges.map((edge) => [`${edge.target}.${edge.targetPort}`, edge])));

const bySource = remembered((edges: readonly WorkflowEdge[]) => new Set(edges.map((edge) => `${edge.source}.${edge.sourcePort}`)));

const intoNode = remembered((edges: readonly WorkflowEdge[]) => grouped(edges, (edge) => edge.target));

export function nodeOf(workflow: Workflow, id: string): WorkflowNode | undefined {
  return byId(workflow.nodes).get(id);
}

/** The edge that feeds an input. */
export function feedOf(workflow: Workflow, id: string, port: string): WorkflowEdge | undefined {
  return byTarget(workflow.edges).get(`${id}.${port}`);
}

export function isUsed(workflow: Workflow, id: string, port: string, side: "input" | "output"): boolean {
  return side === "input" ? byTarget(workflow.edges).has(`${id}.${port}`) : bySource(workflow.edges).has(`${id}.${port}`);
}

export function edgesInto(workflow: Workflow, id: string): readonly WorkflowEdge[] {
  return intoNode(workflow.edges).get(id) ?? [];
}
