/** Which connection a dragged node would go into: one that it fits, drawn under it. */
import type { Workflow } from "@/nodes/workflow";
import { fittingEdges } from "../graph/insertion";
import type { Level } from "../graph/levels";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Points looked at along each edge: closer together than a card is high. */
const samples = 48;

/** The box around a pointer that holds a node not yet on the canvas; px of the screen. */
export function aroundPointer({ x, y }: { x: number; y: number }): Box {
  return { left: x - 18, top: y - 18, right: x + 18, bottom: y + 18 };
}

const apart = (a: Box, b: Box) => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;

/** The least distance from the box's middle to where the path runs inside the box; null when it does not. In px of the screen. */
function distanceTo(path: SVGPathElement, box: Box): number | null {
  const toScreen = path.getScreenCTM();
  if (!toScreen || apart(path.getBoundingClientRect(), box)) return null;
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const length = path.getTotalLength();
  let least: number | null = null;
  for (let at = 0; at <= samples; at++) {
    const point = path.getPointAtLength((length * at) / samples).matrixTransform(toScreen);
    if (point.x < box.left || point.x > box.right || point.y < box.top || point.y > box.bottom) continue;
    const distance = Math.hypot(point.x - x, point.y - y);
    least = least === null ? distance : Math.min(least, distance);
  }
  return least;
}

/** The id of the level's connection that runs through `box`, nearest its middle, and that a node of `type` fits into. */
export function edgeInReach(canvas: Element, graph: Workflow, level: Level, type: string, box: Box): string | null {
  const fitting = fittingEdges(graph, type, level);
  if (fitting.size === 0) return null;
  let nearest: { id: string; distance: number } | null = null;
  for (const element of canvas.querySelectorAll<SVGGElement>(".react-flow__edge")) {
    const id = element.dataset.id ?? "";
    const path = fitting.has(id) ? element.querySelector<SVGPathElement>(".react-flow__edge-path") : null;
    const distance = path && distanceTo(path, box);
    if (distance !== null && (nearest === null || distance < nearest.distance)) nearest = { id, distance };
  }
  return nearest?.id ?? null;
}
