/** What subgraphs are to a run: nothing but the nodes in them. */
import { type CardPort, type CardPorts, cardPorts, type PortPlace } from "./card-ports";
import { isSubgraph, modesOf, nestingOf, withContents } from "./nesting";
import { inputsOf } from "./param-inputs";
import type { Ports } from "./ports";
import { findSpec } from "./specs";
import type { Workflow, WorkflowEdge, WorkflowNode } from "./workflow";

/** The nodes that a run to these is for: of a subgraph those it gives something by, and those in it that nothing takes from. */
export function computingTargets(workflow: Workflow, ids: readonly string[]): string[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const asked = ids.filter((id) => isSubgraph(nodes.get(id) ?? { type: "" }));
  if (asked.length === 0) return [...ids];
  const nesting = nestingOf(workflow.nodes);
  const taken = new Set(workflow.edges.map(({ source }) => source));
  const ends = (subgraph: string) => {
    const giving = Object.values(cardPorts(workflow, subgraph, nesting).outputs).flatMap(({ places }) => places.map(({ node }) => node));
    const last = [...nesting.contentsOf(subgraph)].filter((id) => !taken.has(id) && !isSubgraph(nodes.get(id)!));
    return [...giving, ...last];
  };
  return [...new Set(ids.flatMap((id) => (asked.includes(id) ? ends(id) : [id])))];
}

/** The nodes that are computed anew when these are; "*" stays. */
export function computingNodes(workflow: Workflow, ids: readonly string[]): string[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  return [...withContents(workflow, new Set(ids))].filter((id) => !isSubgraph(nodes.get(id) ?? { type: "" }));
}

export interface Contracted {
  readonly workflow: Workflow;
  /** Ports of a node of it. */
  portsOf(id: string, side: "inputs" | "outputs"): Ports | undefined;
}

/**
 * The workflow as only nodes that compute, each with the mode that counts for it. A bypassed subgraph stands there as one
 * bypassed node with the ports of its card.
 */
export function contracted(workflow: Workflow): Contracted {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  const plain = (id: string, side: "inputs" | "outputs") => (side === "inputs" ? inputsOf(byId.get(id)) : findSpec(byId.get(id)?.type ?? "")?.outputs);
  if (!workflow.nodes.some((node) => isSubgraph(node) || node.inside !== undefined)) return { workflow, portsOf: plain };
  const nesting = nestingOf(workflow.nodes);
  const modes = modesOf(workflow, nesting);
  /** The outermost bypassed subgraph around a node; undefined when the node stands for itself. */
  const standIn = (id: string) => {
    const around = [...nesting.holdersOf(id)].reverse().find((holder) => byId.get(holder)?.mode !== undefined);
    return around !== undefined && byId.get(around)?.mode === "bypassed" ? around : undefined;
  };
  const cards = new Map<string, CardPorts>();
  const nodes = workflow.nodes.flatMap((node): WorkflowNode[] => {
    const { inside: _, exposed, mode: __, ...rest } = node;
    if (standIn(node.id) !== undefined) return [];
    if (!isSubgraph(node)) return [modes.has(node.id) ? { ...rest, mode: modes.get(node.id) } : rest];
    if (modes.get(node.id) !== "bypassed" || modes.get(node.id) !== node.mode) return [];
    cards.set(node.id, cardPorts(workflow, node.id, nesting));
    return [{ ...rest, mode: "bypassed" }];
  });
  return { workflow: { ...workflow, nodes, edges: contractedEdges(workflow.edges, standIn, cards) }, portsOf: (id, side) => cards.get(id)?.[side] ?? plain(id, side) };
}

function contractedEdges(edges: readonly WorkflowEdge[], standIn: (id: string) => string | undefined, cards: ReadonlyMap<string, CardPorts>): WorkflowEdge[] {
  const keyIn = (ports: Readonly<Record<string, CardPort>> | undefined, place: PortPlace) => Object.keys(ports ?? {}).find((key) => ports![key]!.places.some((other) => other.node === place.node && other.port === place.port));
  const seen = new Set<string>();
  return edges.flatMap((edge): WorkflowEdge[] => {
    const [from, to] = [standIn(edge.source), standIn(edge.target)];
    if (from === undefined && to === undefined) return [edge];
    if (from === to) return [];
    const sourcePort = from === undefined ? edge.sourcePort : keyIn(cards.get(from)?.outputs, { node: edge.source, port: edge.sourcePort });
    const targetPort = to === undefined ? edge.targetPort : keyIn(cards.get(to)?.inputs, { node: edge.target, port: edge.targetPort });
    if (sourcePort === undefined || targetPort === undefined) return [];
    const next = { source: from ?? edge.source, sourcePort, target: to ?? edge.target, targetPort };
    const text = JSON.stringify(next);
    if (seen.has(text)) return [];
    seen.add(text);
    return [next];
  });
}
