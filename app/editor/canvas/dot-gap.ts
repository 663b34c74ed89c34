/** How far apart the dots of the canvas are, and how large, in px of the screen. */
import { gridStep } from "./snap-setting";

/** Closer together they would be a grey. */
const least = 14;

/** Steps of the grid; from farther away every second one, every fourth. */
export function dotGap(zoom: number): number {
  let gap = gridStep * zoom;
  while (gap < least) gap *= 2;
  return gap;
}

export const dotSize = (zoom: number): number => Math.min(2, Math.max(1, 1.25 * zoom));
