import { useReactFlow } from "@xyflow/react";
import { nodesAt } from "../graph/levels";
import { useEditorStore } from "../store/editor-context";
import type { EditorStore } from "../store/editor-store";

/** A place no other card of the level starts at. */
function freePlace(store: EditorStore, at: { x: number; y: number }): { x: number; y: number } {
  const { graph, level } = store.getState();
  const here = nodesAt(graph, level);
  let { x, y } = at;
  while (here.some((node) => Math.abs(node.position.x - x) < 24 && Math.abs(node.position.y - y) < 24)) {
    x += 32;
    y += 32;
  }
  return { x, y };
}

/** A free place in the middle of what is seen. */
export function usePlaceInView(): () => { x: number; y: number } {
  const store = useEditorStore();
  const { screenToFlowPosition } = useReactFlow();
  return () => {
    const canvas = document.querySelector(".react-flow")?.getBoundingClientRect();
    const center = canvas ? { x: canvas.x + canvas.width / 2 - 110, y: canvas.y + canvas.height / 2 - 90 } : { x: 0, y: 0 };
    return freePlace(store, screenToFlowPosition(center));
  };
}
