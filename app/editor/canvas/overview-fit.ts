/** How the whole canvas, and the view on it, lie in the small overview. */
import { type Bounds, boundsOf } from "../graph/arrange";
import type { Point } from "../graph/operations";
import type { Size } from "../store/editor-store";

/** Px of the overview for one of the canvas, and which place of the canvas is in its upper left corner. */
export interface Fit {
  readonly scale: number;
  readonly corner: Point;
}

/** Px of the overview that stay free at its sides. */
const margin = 5;

/** All that is there (null: nothing), and the view, in the middle of the overview. */
export function overviewFit(all: Bounds | null, view: Bounds, size: Size): Fit {
  const shown = boundsOf(all ? [all, view] : [view])!;
  const scale = Math.min((size.width - 2 * margin) / shown.width, (size.height - 2 * margin) / shown.height);
  return { scale, corner: { x: shown.x + shown.width / 2 - size.width / (2 * scale), y: shown.y + shown.height / 2 - size.height / (2 * scale) } };
}

export function inOverview({ scale, corner }: Fit, { x, y, width, height }: Bounds): Bounds {
  return { x: (x - corner.x) * scale, y: (y - corner.y) * scale, width: width * scale, height: height * scale };
}

export function onCanvas({ scale, corner }: Fit, { x, y }: Point): Point {
  return { x: corner.x + x / scale, y: corner.y + y / scale };
}

export const holds = ({ x, y, width, height }: Bounds, point: Point): boolean => point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;

/** The zoom after a turn of the wheel: a hundred px, or two lines, are a little more than a tenth. */
export function zoomAfterWheel(zoom: number, { deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  return zoom * 2 ** (-deltaY * (deltaMode === 0 ? 0.002 : deltaMode === 1 ? 0.05 : 1));
}
