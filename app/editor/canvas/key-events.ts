/** The canvas by keyboard: Tab leads from one thing to the next, Enter and Space select it. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { FocusEvent, KeyboardEvent } from "react";
import type { EditorStore } from "../store/editor-store";
import type { FlowEdge, FlowNode } from "./flow-elements";
import { isOnlyChosen, selectOnly, thingAt, toggleChosen } from "./things";

/** What has the focus itself: not a field or button on a card. */
const focusable = ".react-flow__node, .react-flow__edge";

type Flow = Pick<ReactFlowInstance<FlowNode, FlowEdge>, "getInternalNode" | "getViewport" | "setCenter">;

/** Brings a card whose middle is out of view there, as close as the view is. */
function bringIntoView({ getInternalNode, getViewport, setCenter }: Flow, id: string, canvas: Element): void {
  const node = getInternalNode(id);
  if (!node) return;
  const { x, y, zoom } = getViewport();
  const { width, height } = canvas.getBoundingClientRect();
  const { positionAbsolute } = node.internals;
  const middle = { x: positionAbsolute.x + (node.measured.width ?? 0) / 2, y: positionAbsolute.y + (node.measured.height ?? 0) / 2 };
  const [left, top] = [middle.x * zoom + x, middle.y * zoom + y];
  if (left < 0 || left > width || top < 0 || top > height) void setCenter(middle.x, middle.y, { zoom });
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
      const id = event.target.matches(".react-flow__node:focus-visible") ? event.target.getAttribute("data-id") : null;
      if (id !== null) bringIntoView(flow, id, event.currentTarget);
    },
  };
}
