/** What muting and bypassing do to a graph before it runs. */
import { modesOf } from "./nesting";
import { portOf } from "./ports";
import { contracted } from "./subgraphs";
import type { Workflow, WorkflowEdge } from "./workflow";

/** The muted nodes, those in muted subgraphs, and everything that depends on one. */
export function mutedNodes(workflow: Workflow): Set<string> {
  const silenced = [...modesOf(workflow)].filter(([, mode]) => mode === "muted").map(([id]) => id);
  return new Set([...silenced, ...followingMuted(contracted(workflow).workflow)]);
}

function followingMuted(workflow: Workflow): Set<string> {
  const targets = new Map<string, string[]>();
  for (const { source, target } of workflow.edges) targets.set(source, [...(targets.get(source) ?? []), target]);
  const muted = new Set<string>();
  const next = workflow.nodes.filter(({ mode }) => mode === "muted").map(({ id }) => id);
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (muted.has(id)) continue;
    muted.add(id);
    next.push(...(targets.get(id) ?? []));
  }
  return muted;
}

/**
 * The graph as it runs: without subgraphs, without muted nodes and what depends on them, and with every bypassed node, or
 * subgraph, replaced by what feeds it. An output passes the input of the same name, or else the first connected one of its type; where there is
 * none, what it fed is left open.
 */
export function effectiveWorkflow(workflow: Workflow): Workflow {
  const { workflow: computing, portsOf } = contracted(workflow);
  const muted = followingMuted(computing);
  const bypassed = new Set(computing.nodes.filter(({ mode }) => mode === "bypassed").map(({ id }) => id));
  if (muted.size === 0 && bypassed.size === 0) return computing;
  const into = new Map<string, WorkflowEdge[]>();
  for (const edge of computing.edges) into.set(edge.target, [...(into.get(edge.target) ?? []), edge]);

  const passed = (node: string, port: string): WorkflowEdge | undefined => {
    const type = portOf(portsOf(node, "outputs"), port)?.type;
    const inputs = portsOf(node, "inputs");
    const feeds = (into.get(node) ?? []).filter((edge) => portOf(inputs, edge.targetPort)?.type === type);
    return feeds.find(({ targetPort }) => targetPort === port) ?? feeds[0];
  };
  /** The edge with its source beyond all bypassed nodes; undefined when one of them passes nothing, or they form a loop. */
  const rerouted = (edge: WorkflowEdge): WorkflowEdge | undefined => {
    let { source, sourcePort } = edge;
    const seen = new Set<string>();
    while (bypassed.has(source)) {
      const feed = seen.has(source) ? undefined : passed(source, sourcePort);
      if (!feed) return undefined;
      seen.add(source);
      ({ source, sourcePort } = feed);
    }
    return { ...edge, source, sourcePort };
  };
  const runs = (id: string) => !muted.has(id) && !bypassed.has(id);
  return {
    ...computing,
    nodes: computing.nodes.filter(({ id }) => runs(id)),
    edges: computing.edges.filter(({ target }) => runs(target)).flatMap((edge) => rerouted(edge) ?? []),
  };
}
