/** The canvas by keyboard: Tab leads from one thing to the next, Enter and Space select it. */
import type { ReactFlowInstance, XYPosition } from "@xyflow/react";
import type { FocusEvent, KeyboardEvent } from "react";
import type { EditorStore } from "../store/editor-store";
import type { FlowEdge, FlowNode } from "./flow-elements";
import { isOnlyChosen, selectOnly, type Thing, thingAt, toggleChosen } from "./things";

/** What has the focus itself: not a field or button on a card. */
const focusable = ".react-flow__node, .react-flow__edge";

type Flow = Pick<ReactFlowInstance<FlowNode, FlowEdge>, "getEdge" | "getInternalNode" | "getViewport" | "setCenter">;

function middleOf({ getInternalNode }: Flow, id: string | undefined): XYPosition | null {
  const node = getInternalNode(id ?? "");
  if (!node) return null;
  const { positionAbsolute: at } = node.internals;
  return { x: at.x + (node.measured.width ?? 0) / 2, y: at.y + (node.measured.height ?? 0) / 2 };
}

/** The middle of a card, or between the cards that a connection joins. */
function placeOf(flow: Flow, { kind, id }: Thing): XYPosition | null {
  if (kind !== "edge") return middleOf(flow, id);
  const edge = flow.getEdge(id);
  const [from, to] = [middleOf(flow, edge?.source), middleOf(flow, edge?.target)];
  return from && to && { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

/** Brings what is out of view there, as close as the view is. */
function bringIntoView(flow: Flow, thing: Thing, canvas: Element): void {
  const middle = placeOf(flow, thing);
  if (!middle) return;
  const { x, y, zoom } = flow.getViewport();
  const { width, height } = canvas.getBoundingClientRect();
  const [left, top] = [middle.x * zoom + x, middle.y * zoom + y];
  if (left < 0 || left > width || top < 0 || top > height) void flow.setCenter(middle.x, middle.y, { zoom });
}

export function keyEvents(store: EditorStore, flow: Flow) {
  return {
    onKeyDown: (event: KeyboardEvent) => {
      const target = event.target as Element;
      if ((event.key !== "Enter" && event.key !== " ") || event.ctrlKey || event.metaKey || event.altKey || !target.matches(focusable)) return;
      const thing = thingAt(target);
      // On what is selected already the keys mean what they mean elsewhere: Space plays the steps.
      if (!thing || (!event.shiftKey && isOnlyChosen(store.getState(), thing))) return;
      event.preventDefault();
      if (event.shiftKey) toggleChosen(store, thing);
      else selectOnly(store, thing);
    },
    onFocus: (event: FocusEvent) => {
      const thing = event.target.matches(focusable) && event.target.matches(":focus-visible") ? thingAt(event.target) : null;
      if (thing) bringIntoView(flow, thing, event.currentTarget);
    },
  };
}
