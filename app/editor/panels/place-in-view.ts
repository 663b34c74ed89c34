import { useReactFlow } from "@xyflow/react";
import { freePlace } from "../graph/free-place";
import { nodesAt } from "../graph/levels";
import { sizeOf } from "../graph/node-size";
import { newNode, type Point } from "../graph/operations";
import { useEditorStore } from "../store/editor-context";

/** Of what is added as several cards. */
const ordinary = { width: 220, height: 180 };

/** A place near the middle of what is seen, where a card of this type covers no other. */
export function usePlaceInView(): (type?: string) => Point {
  const store = useEditorStore();
  const { screenToFlowPosition } = useReactFlow();
  return (type) => {
    const { graph, level, sizes } = store.getState();
    const canvas = document.querySelector(".react-flow")?.getBoundingClientRect();
    const middle = canvas ? screenToFlowPosition({ x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 }) : { x: 0, y: 0 };
    const taken = nodesAt(graph, level).map((node) => ({ ...node.position, ...sizeOf(node, sizes) }));
    return freePlace(taken, type === undefined ? ordinary : sizeOf(newNode(graph, type, { x: 0, y: 0 }), sizes), middle);
  };
}
