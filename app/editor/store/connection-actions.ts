/** Drawing a connection: what would take it, and what happens where it is dropped. */
import { ancestors, connectionProblem } from "@/nodes/problems";
import { type DataType, portOf, typeMismatch } from "@/nodes/ports";
import { asInput, inputsOf, isParamInput, notConstant, paramPort } from "@/nodes/param-inputs";
import { findSpec } from "@/nodes/specs";
import { edgeId, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import { connect, disconnect, reconnect } from "../graph/operations";
import { edit } from "./document-actions";
import type { EditorStore, Offer } from "./editor-store";

type End = Offer["from"];

const keyOf = (nodeId: string, side: "input" | "output", port: string) => `${nodeId}/${side}/${port}`;

/** The data type at one end, if its node and port are known. */
export function typeAt(graph: Workflow, end: End): DataType | undefined {
  return portOf(portsAt(graph, end.nodeId, end.side), end.port)?.type;
}

const portsAt = (graph: Workflow, id: string, side: End["side"]) => (side === "input" ? inputsOf(nodeOf(graph, id)) : findSpec(nodeOf(graph, id)?.type ?? "")?.outputs);

export function edgeBetween(from: End, to: End): WorkflowEdge | null {
  if (from.side === to.side) return null;
  const [source, target] = from.side === "output" ? [from, to] : [to, from];
  return { source: source.nodeId, sourcePort: source.port, target: target.nodeId, targetPort: target.port };
}

/** Every port that could be the other end. One walk over the workflow, however many ports there are. */
function openPorts(graph: Workflow, from: End): ReadonlySet<string> {
  const open = new Set<string>();
  const type = typeAt(graph, from);
  const start = nodeOf(graph, from.nodeId);
  if (!type || !start) return open;
  const reversed: Workflow = { ...graph, edges: graph.edges.map((edge) => ({ ...edge, source: edge.target, target: edge.source })) };
  // Feeding what one depends on would make a loop; so would being fed by what depends on one.
  const looped = new Set(ancestors(from.side === "output" ? graph : reversed, [from.nodeId]));
  for (const node of graph.nodes) {
    if (looped.has(node.id)) continue;
    const side = from.side === "output" ? "input" : "output";
    for (const [port, { type: other }] of Object.entries(portsAt(graph, node.id, side) ?? {})) {
      const mismatch = side === "input" ? typeMismatch(type, other) : typeMismatch(other, type);
      const [source, target, targetPort] = side === "input" ? [start, node, port] : [node, start, from.port];
      const computed = isParamInput(target, targetPort) ? notConstant(source) : null;
      if (mismatch === null && computed === null) open.add(keyOf(node.id, side, port));
    }
  }
  return open;
}

/** Starts a connection; `moved` is the edge whose end is being moved, which must not stand in its own way. */
export function startConnection(store: EditorStore, from: End, moved: string | null): void {
  const { graph } = store.getState();
  const without = moved === null ? graph : disconnect(graph, new Set([moved]));
  store.setState({ offer: { from, open: openPorts(without, from) }, hint: null });
}

export function endConnection(store: EditorStore): void {
  store.setState({ offer: null });
}

export function wouldConnect(store: EditorStore, edge: WorkflowEdge): boolean {
  const { offer } = store.getState();
  if (!offer) return false;
  const input = offer.from.side === "output";
  return offer.open.has(input ? keyOf(edge.target, "input", edge.targetPort) : keyOf(edge.source, "output", edge.sourcePort));
}

export function makeConnection(store: EditorStore, edge: WorkflowEdge, replacing: string | null = null): void {
  edit(store, (graph) => (replacing === null ? connect(graph, edge) : reconnect(graph, replacing, edge)));
}

/** Why the port `to` does not take the connection. */
export function refusal(store: EditorStore, from: End, to: End): string {
  if (from.side === to.side) return from.side === "output" ? "An output connects to an input, not to another output." : "An input connects to an output, not to another input.";
  const edge = edgeBetween(from, to);
  return (edge && connectionProblem(store.getState().graph, edge)) ?? "This port does not take the connection.";
}

let hintKey = 0;
export function showHint(store: EditorStore, text: string, at: { x: number; y: number }): void {
  store.setState({ hint: { text, x: at.x, y: at.y, key: ++hintKey } });
}

/** Dropped on the field of a param: it becomes an input and is connected, in one step. False where the param does not take it. */
export function connectToParam(store: EditorStore, from: End, nodeId: string, param: string): boolean {
  const { graph } = store.getState();
  const node = nodeOf(graph, nodeId);
  if (from.side !== "output" || !node || paramPort(findSpec(node.type), param)?.type !== typeAt(graph, from)) return false;
  const converted = asInput(graph, nodeId, param);
  const connected = connect(converted, { source: from.nodeId, sourcePort: from.port, target: nodeId, targetPort: param });
  if (connected === converted) return false;
  edit(store, () => connected);
  return true;
}

/** Dropped on a card rather than a port: the first port that takes it, free ones before fed ones. */
export function connectToNode(store: EditorStore, from: End, nodeId: string, at: { x: number; y: number }): void {
  const { graph, offer } = store.getState();
  if (nodeId === from.nodeId) return;
  const side = from.side === "output" ? "input" : "output";
  const ports = Object.keys(portsAt(graph, nodeId, side) ?? {}).filter((port) => offer?.open.has(keyOf(nodeId, side, port)));
  const fed = (port: string) => side === "input" && graph.edges.some((edge) => edge.target === nodeId && edge.targetPort === port);
  const port = ports.find((candidate) => !fed(candidate)) ?? ports[0];
  const edge = port && edgeBetween(from, { nodeId, side, port });
  if (edge) makeConnection(store, edge);
  else showHint(store, whyNoPort(graph, from, nodeId), at);
}

function whyNoPort(graph: Workflow, from: End, nodeId: string): string {
  const type = typeAt(graph, from);
  const node = nodeOf(graph, nodeId);
  const title = node?.title ?? findSpec(node?.type ?? "")?.title ?? "This node";
  const side = from.side === "output" ? "input" : "output";
  const match = type && Object.entries(portsAt(graph, nodeId, side) ?? {}).find(([, port]) => port.type === type);
  if (!match) return from.side === "output" ? `${title} takes no ${type ?? "such value"}.` : `${title} gives no ${type ?? "such value"}.`;
  const edge = edgeBetween(from, { nodeId, side, port: match[0] });
  return (edge && connectionProblem(graph, edge)) ?? `${title} cannot be connected here.`;
}

export function dropEdge(store: EditorStore, edge: WorkflowEdge): void {
  edit(store, (graph) => disconnect(graph, new Set([edgeId(edge)])));
}
