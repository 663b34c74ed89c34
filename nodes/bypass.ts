/** What muting and bypassing do to a graph before it runs. */
import { portOf } from "./ports";
import { findSpec } from "./specs";
import type { Workflow, WorkflowEdge } from "./workflow";

/** The muted nodes and everything that depends on one. */
export function mutedNodes(workflow: Workflow): Set<string> {
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
 * The graph as it runs: without muted nodes and what depends on them, and with every bypassed node replaced by what
 * feeds it. An output passes the input of the same name, or else the first connected one of its type; where there is
 * none, what it fed is left open.
 */
export function effectiveWorkflow(workflow: Workflow): Workflow {
  const muted = mutedNodes(workflow);
  const bypassed = new Set(workflow.nodes.filter(({ mode }) => mode === "bypassed").map(({ id }) => id));
  if (muted.size === 0 && bypassed.size === 0) return workflow;
  const into = new Map<string, WorkflowEdge[]>();
  for (const edge of workflow.edges) into.set(edge.target, [...(into.get(edge.target) ?? []), edge]);
  const types = new Map(workflow.nodes.map(({ id, type }) => [id, type]));

  const passed = (node: string, port: string): WorkflowEdge | undefined => {
    const spec = findSpec(types.get(node) ?? "");
    const type = portOf(spec?.outputs, port)?.type;
    const feeds = (into.get(node) ?? []).filter((edge) => portOf(spec?.inputs, edge.targetPort)?.type === type);
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
    ...workflow,
    nodes: workflow.nodes.filter(({ id }) => runs(id)),
    edges: workflow.edges.filter(({ target }) => runs(target)).flatMap((edge) => rerouted(edge) ?? []),
  };
}
