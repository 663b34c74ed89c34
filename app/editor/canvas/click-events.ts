/** Clicks: one of several that are selected is chosen alone; empty canvas leaves what is looked at; a port is tapped or clicked, and then another, a card, or empty canvas, to connect without dragging. */
import type { OnConnectStart, XYPosition } from "@xyflow/react";
import type { MouseEvent as ReactMouseEvent } from "react";
import * as connecting from "../store/connection-actions";
import { select } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";
import { endOf, pointOf } from "./connection-ends";
import type { FlowNode } from "./flow-elements";
import { isOnlyChosen, selectOnly, thingOf } from "./things";

const plain = (event: MouseEvent | TouchEvent | ReactMouseEvent) => ("nativeEvent" in event ? event.nativeEvent : event);

/** `begin` takes up a connection as when one is dragged. */
export function clickEvents(store: EditorStore, begin: OnConnectStart, toCanvas: (at: XYPosition) => XYPosition) {
  return {
    onClickConnectStart: begin,
    /** After the second port, where what it takes is connected already, and on empty canvas. */
    onClickConnectEnd: (event: MouseEvent | TouchEvent | ReactMouseEvent) => {
      const { offer } = store.getState();
      const at = pointOf(plain(event));
      const handle = (event.target as Element).closest(".react-flow__handle");
      const to = handle && endOf(store, handle.getAttribute("data-nodeid") ?? "", handle.getAttribute("data-handleid") ?? "", handle.classList.contains("source") ? "output" : "input");
      const edge = offer && to && connecting.edgeBetween(offer.from, to);
      const isSame = offer && to && to.nodeId === offer.from.nodeId && to.port === offer.from.port && to.side === offer.from.side;
      const isMade = edge !== null && edge !== undefined && connecting.wouldConnect(store, edge);
      if (offer && to && !isSame && !isMade) connecting.showHint(store, connecting.refusal(store, offer.from, to), at);
      else if (offer && !handle) store.setState({ search: { screen: at, canvas: toCanvas(at), from: offer.from } });
      connecting.endConnection(store);
    },
    // React Flow takes away what is selected; a node that only the run has is looked at without being selected.
    onPaneClick: () => {
      if (store.getState().absentNode !== null) select(store, []);
    },
    onNodeClick: (event: ReactMouseEvent, { id, type }: FlowNode) => {
      const from = store.getState().offer?.from;
      // React Flow leaves what is selected as it is, so that all of it can be dragged; after a drag there is no click.
      const thing = thingOf(id);
      if (!from && thing && !event.shiftKey && !event.ctrlKey && !event.metaKey && !isOnlyChosen(store.getState(), thing)) selectOnly(store, thing);
      if (!from || type !== "card" || (event.target as Element).closest(".react-flow__handle")) return;
      connecting.connectToNode(store, from, id, pointOf(event.nativeEvent));
      connecting.endConnection(store);
    },
  };
}
