/** Drawing a connection: what would take it, and what happens where it is dropped. */
import type { PortPlace } from "@/nodes/card-ports";
import { currentTranslator } from "@/app/i18n/current-translator";
import { dataTypeWord, nodeTitle, sentence } from "@/app/i18n/vocabulary";
import { ancestors } from "@/nodes/problems";
import { type DataType, portOf, typeMismatch } from "@/nodes/ports";
import { asInput, isParamInput, notConstant, paramPort } from "@/nodes/param-inputs";
import { findSpec } from "@/nodes/specs";
import { edgeId, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import { connectOn, disconnectOn, levelConnectionProblem, placesBehind, reconnectOn } from "../graph/level-edges";
import { borderId, type Level, nodesAt, portsAt } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { ledThrough } from "../graph/reroutes";
import { edit } from "./document-actions";
import type { EditorStore, Offer } from "./editor-store";

type End = Offer["from"];

const keyOf = (nodeId: string, side: "input" | "output", port: string) => `${nodeId}/${side}/${port}`;

/** The data type at one end, if its node and port are known. */
export function typeAt(graph: Workflow, end: End): DataType | undefined {
  return portOf(portsAt(graph, end.nodeId)?.[sideName(end.side)], end.port)?.type;
}

const sideName = (side: End["side"]) => (side === "output" ? "outputs" : "inputs");

/** Whether a param would be fed with what is not known before the run. */
function isComputed(graph: Workflow, sources: readonly PortPlace[], targets: readonly PortPlace[]): boolean {
  const feedsParam = targets.some(({ node, port }) => isParamInput(nodeOf(graph, node) ?? { type: "" }, port));
  return feedsParam && sources.some(({ node }) => notConstant(nodeOf(graph, node) ?? { type: "" }) !== null);
}

export function edgeBetween(from: End, to: End): WorkflowEdge | null {
  if (from.side === to.side) return null;
  const [source, target] = from.side === "output" ? [from, to] : [to, from];
  return ledThrough({ source: source.nodeId, sourcePort: source.port, target: target.nodeId, targetPort: target.port }, source.via ?? []);
}

/** Every port on the level that could be the other end. One walk over the workflow, however many ports there are. */
function openPorts(graph: Workflow, level: Level, from: End): ReadonlySet<string> {
  const open = new Set<string>();
  const type = typeAt(graph, from);
  if (!type) return open;
  const reversed: Workflow = { ...graph, edges: graph.edges.map((edge) => ({ ...edge, source: edge.target, target: edge.source })) };
  // Feeding what one depends on would make a loop; so would being fed by what depends on one.
  const here = sideName(from.side);
  const starts = placesBehind(graph, from.nodeId, here, from.port);
  const looped = new Set(ancestors(from.side === "output" ? graph : reversed, starts.map(({ node }) => node)));
  const side = from.side === "output" ? "input" : "output";
  const cards = [...nodesAt(graph, level).map(({ id }) => id), ...(level !== null && side === "output" ? [borderId("incoming", level)] : [])];
  for (const card of cards) {
    for (const [port, { type: other }] of Object.entries(portsAt(graph, card)?.[sideName(side)] ?? {})) {
      const mismatch = side === "input" ? typeMismatch(type, other) : typeMismatch(other, type);
      if (mismatch !== null) continue;
      const ends = placesBehind(graph, card, sideName(side), port);
      const [sources, targets] = side === "input" ? [starts, ends] : [ends, starts];
      if (!ends.some(({ node }) => looped.has(node)) && !isComputed(graph, sources, targets)) open.add(keyOf(card, side, port));
    }
  }
  return open;
}

/** Starts a connection; `moved` is the edge whose end is being moved, which must not stand in its own way. */
export function startConnection(store: EditorStore, from: End, moved: string | null): void {
  const { graph, level } = store.getState();
  const without = moved === null ? graph : disconnectOn(graph, level, new Set([moved]));
  store.setState({ offer: { from, open: openPorts(without, level, from) }, hint: null });
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
  const { level } = store.getState();
  edit(store, (graph) => (replacing === null ? connectOn(graph, edge) : reconnectOn(graph, level, replacing, edge)));
}

/** Why the port `to` does not take the connection. */
export function refusal(store: EditorStore, from: End, to: End): string {
  const t = currentTranslator();
  if (from.side === to.side) return t(from.side === "output" ? "canvas.connecting.outputToOutput" : "canvas.connecting.inputToInput");
  const edge = edgeBetween(from, to);
  const why = edge && levelConnectionProblem(store.getState().graph, edge);
  return why ? sentence(why, t) : t("canvas.connecting.portRefuses");
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
  const edge = edgeBetween(from, { nodeId, port: param, side: "input" });
  const connected = edge ? connectOn(converted, edge) : converted;
  if (connected === converted) return false;
  edit(store, () => connected);
  return true;
}

/** Dropped on a card rather than a port: the first port that takes it, free ones before fed ones. */
export function connectToNode(store: EditorStore, from: End, nodeId: string, at: { x: number; y: number }): void {
  const { graph, offer } = store.getState();
  if (nodeId === from.nodeId) return;
  const side = from.side === "output" ? "input" : "output";
  const ports = Object.keys(portsAt(graph, nodeId)?.[sideName(side)] ?? {}).filter((port) => offer?.open.has(keyOf(nodeId, side, port)));
  const fed = (port: string) => side === "input" && placesBehind(graph, nodeId, "inputs", port).some((place) => graph.edges.some((edge) => edge.target === place.node && edge.targetPort === place.port));
  const port = ports.find((candidate) => !fed(candidate)) ?? ports[0];
  const edge = port && edgeBetween(from, { nodeId, side, port });
  if (edge) makeConnection(store, edge);
  else showHint(store, whyNoPort(graph, from, nodeId), at);
}

function whyNoPort(graph: Workflow, from: End, nodeId: string): string {
  const type = typeAt(graph, from);
  const node = nodeOf(graph, nodeId);
  const t = currentTranslator();
  const title = node ? nodeTitle(node, t) : t("canvas.connecting.thisNode");
  const side = from.side === "output" ? "input" : "output";
  const match = type && Object.entries(portsAt(graph, nodeId)?.[sideName(side)] ?? {}).find(([, port]) => port.type === type);
  if (!match) {
    const takes = from.side === "output";
    if (!type) return t(takes ? "canvas.connecting.takesNoSuch" : "canvas.connecting.givesNoSuch", { node: title });
    return t(takes ? "canvas.connecting.takesNo" : "canvas.connecting.givesNo", { node: title, type: dataTypeWord(type, t) });
  }
  const edge = edgeBetween(from, { nodeId, side, port: match[0] });
  const why = edge && levelConnectionProblem(graph, edge);
  return why ? sentence(why, t) : t("canvas.connecting.notHere", { node: title });
}

export function dropEdge(store: EditorStore, edge: WorkflowEdge): void {
  const { level } = store.getState();
  edit(store, (graph) => disconnectOn(graph, level, new Set([edgeId(edge)])));
}
