/** What React Flow reports, turned into edits and selections of the store. */
import { type Connection, type EdgeChange, type FinalConnectionState, type HandleType, type InternalNode, type NodeChange, type OnConnectStart, useReactFlow, type XYPosition } from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, useMemo } from "react";
import { currentTranslator } from "@/app/i18n/current-translator";
import { subgraphType } from "@/nodes/nesting";
import { isAnnotationKey, resizeAnnotation } from "../graph/annotations";
import { withAlike } from "../graph/card-shape";
import { isLoose } from "../graph/insertion";
import { removeReroutes } from "../graph/reroutes";
import { nodesAt } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { addRerouteAt } from "../store/reroute-actions";
import * as connecting from "../store/connection-actions";
import { closeGroup, edit, moveThings } from "../store/document-actions";
import { inspectFlow } from "../store/inspect-actions";
import type { EditorStore, Offer, PortBox } from "../store/editor-store";
import { showLevel } from "../store/subgraph-actions";
import { clickEvents } from "./click-events";
import { edgeOf, endOf, pointOf, sideOf } from "./connection-ends";
import type { Hand } from "./drag-in-hand";
import { edgeInReach } from "./edge-in-reach";
import type { FlowEdge, FlowNode } from "./flow-elements";

/** Selection changes come one by one; an unchanged selection must stay the same set. */
function selected(before: ReadonlySet<string>, changes: readonly (NodeChange | EdgeChange)[], wanted: (id: string) => boolean = () => true): ReadonlySet<string> {
  const after = new Set(before);
  for (const change of changes) {
    if (change.type !== "select" || !wanted(change.id)) continue;
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  const same = after.size === before.size && [...after].every((id) => before.has(id));
  return same ? before : after;
}

function portsWithin(bounds: InternalNode["internals"]["handleBounds"]): PortBox[] {
  return [...(bounds?.target ?? []), ...(bounds?.source ?? [])].map(({ id = null, type, x, y, width, height }) => ({ id, type, x, y, width, height }));
}

/** One drag, one step to undo, however long the hand rests on the way. */
function onPlaceChange(store: EditorStore, changes: NodeChange<FlowNode>[], zoom: number, hand: Hand): void {
  const moved = changes.filter((change) => change.type === "position").filter(({ position }) => position !== undefined);
  const positions = new Map(moved.map(({ id, position }) => [id, position!]));
  // A frame's upper and left handles move it, too, and leave its contents where they are.
  const resized = changes.filter((change) => change.type === "dimensions").filter(({ setAttributes }) => setAttributes !== undefined);
  if (resized.length > 0 || moved.some(({ dragging }) => dragging === undefined)) {
    if (positions.size > 0) moveThings(store, positions, "hold:resize", new Map());
    for (const { id, dimensions } of resized) if (dimensions) edit(store, (graph) => resizeAnnotation(graph, id, dimensions), { group: "hold:resize" });
  } else if (positions.size > 0) {
    hand.move(positions, zoom);
    if (moved.some(({ dragging }) => dragging === false)) hand.letGo();
  }
  if (changes.some((change) => change.type === "dimensions" && change.resizing === false)) closeGroup(store);
}

function onNodesChange(store: EditorStore, changes: NodeChange<FlowNode>[], zoom: number, hand: Hand, portsOf: (id: string) => readonly PortBox[]): void {
  onPlaceChange(store, changes, zoom, hand);
  const state = store.getState();
  const measured = changes.flatMap((change) => (change.type === "dimensions" && change.dimensions && !isAnnotationKey(change.id) ? [[change.id, { ...change.dimensions, ports: portsOf(change.id) }] as const] : []));
  if (measured.length > 0) store.setState({ sizes: withAlike(state.graph, nodesAt(state.graph, state.level), new Map([...state.sizes, ...measured]), measured.map(([id]) => id), portsOf) });
  const selectedAnnotations = selected(state.selectedAnnotations, changes, isAnnotationKey);
  if (selectedAnnotations !== state.selectedAnnotations) store.setState({ selectedAnnotations });
  const selection = selected(state.selection, changes, (id) => !isAnnotationKey(id));
  if (selection !== state.selection) store.setState({ selection });
}

const isFolded = (store: EditorStore, id: string) => nodeOf(store.getState().graph, id)?.type === subgraphType;

/** The edge that a dragged node would go into: only one that nothing is connected to goes anywhere. */
function edgeUnder(store: EditorStore, { id, position: { x, y }, measured }: FlowNode, toScreen: (point: XYPosition) => XYPosition): string | null {
  const { graph, level } = store.getState();
  const type = nodeOf(graph, id)?.type;
  if (!type || !isLoose(graph, id)) return null;
  const canvas = document.querySelector(".react-flow");
  if (!canvas) return null;
  // Where the node is by now: what is drawn may be a frame behind.
  const [from, to] = [toScreen({ x, y }), toScreen({ x: x + (measured?.width ?? 0), y: y + (measured?.height ?? 0) })];
  return edgeInReach(canvas, graph, level, type, { left: from.x, top: from.y, right: to.x, bottom: to.y });
}

export function useCanvasEvents(store: EditorStore, hand: Hand) {
  const { screenToFlowPosition, flowToScreenPosition, getInternalNode, getZoom } = useReactFlow();
  return useMemo(() => {
    const portsOf = (id: string) => portsWithin(getInternalNode(id)?.internals.handleBounds);
    let moved: string | null = null;

    const dropped = (event: MouseEvent | TouchEvent, from: Offer["from"], state: FinalConnectionState) => {
      const at = pointOf(event);
      if (state.toHandle) {
        const to = endOf(store, state.toHandle.nodeId, state.toHandle.id ?? "", sideOf(state.toHandle.type));
        if (to.nodeId !== from.nodeId || to.port !== from.port || to.side !== from.side) connecting.showHint(store, connecting.refusal(store, from, to), at);
        return;
      }
      const under = document.elementFromPoint(at.x, at.y);
      const nodeId = under?.closest("[data-node-id]")?.getAttribute("data-node-id");
      const param = under?.closest("[data-param]")?.getAttribute("data-param");
      if (nodeId && param && connecting.connectToParam(store, from, nodeId, param)) return;
      if (nodeId) connecting.connectToNode(store, from, nodeId, at);
      else if (under?.closest(".react-flow__pane, .react-flow__edges")) store.setState({ search: { screen: at, canvas: screenToFlowPosition(at), from } });
    };

    const onConnectStart: OnConnectStart = (_event, { nodeId, handleId, handleType }) => {
      if (nodeId && handleId && handleType) connecting.startConnection(store, endOf(store, nodeId, handleId, sideOf(handleType)), moved);
    };

    return {
      ...clickEvents(store, onConnectStart, screenToFlowPosition),
      onNodesChange: (changes: NodeChange<FlowNode>[]) => onNodesChange(store, changes, getZoom(), hand, portsOf),
      onEdgesChange: (changes: EdgeChange<FlowEdge>[]) => {
        const selectedEdges = selected(store.getState().selectedEdges, changes);
        if (selectedEdges !== store.getState().selectedEdges) store.setState({ selectedEdges });
      },
      onEdgeClick: () => inspectFlow(store),
      onNodeDoubleClick: (event: ReactMouseEvent, { id, type }: FlowNode) => {
        if (type === "reroute") edit(store, (graph) => removeReroutes(graph, new Set([id])));
        else if (type === "frame" || type === "note") store.setState({ writing: id });
        else if (type === "card" && isFolded(store, id) && !(event.target as Element).closest("input, textarea, select, button, [role=slider]")) showLevel(store, id);
        else if (type === "card" && (event.target as Element).closest("[data-card-title]")) store.setState({ writing: id });
      },
      onEdgeDoubleClick: (event: ReactMouseEvent, edge: FlowEdge) => addRerouteAt(store, edge.id, screenToFlowPosition({ x: event.clientX, y: event.clientY })),
      onNodeDrag: (_event: unknown, node: FlowNode, nodes: FlowNode[]) => {
        const insertion = nodes.length === 1 && hand.holds() ? edgeUnder(store, node, flowToScreenPosition) : null;
        if (insertion !== store.getState().insertion) store.setState({ insertion });
      },
      isValidConnection: (connection: Connection | FlowEdge) => connecting.wouldConnect(store, edgeOf(store, connection)),
      onConnectStart,
      onConnect: (connection: Connection) => connecting.makeConnection(store, edgeOf(store, connection)),
      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        const from = store.getState().offer?.from;
        if (from && moved === null && !state.isValid) dropped(event, from, state);
        connecting.endConnection(store);
      },
      onReconnectStart: (_event: ReactMouseEvent, edge: FlowEdge) => {
        moved = edge.id;
      },
      onReconnect: (edge: FlowEdge, connection: Connection) => connecting.makeConnection(store, edgeOf(store, connection), edge.id),
      onReconnectEnd: (event: MouseEvent | TouchEvent, edge: FlowEdge, _type: HandleType, state: FinalConnectionState) => {
        moved = null;
        if (!state.isValid && !state.toHandle) connecting.dropEdge(store, edgeOf(store, edge));
        else if (!state.isValid) connecting.showHint(store, currentTranslator()("canvas.connecting.portRefuses"), pointOf(event));
      },
      onDoubleClick: (event: ReactMouseEvent) => {
        const target = event.target as Element;
        // What lies on the canvas is drawn inside its pane: a word selected in a field, say, asks for no node.
        if (!target.closest(".react-flow__pane") || target.closest(".react-flow__node, .react-flow__edge")) return;
        const at = { x: event.clientX, y: event.clientY };
        store.setState({ search: { screen: at, canvas: screenToFlowPosition(at) } });
      },
    };
  }, [store, hand, screenToFlowPosition, flowToScreenPosition, getInternalNode, getZoom]);
}
