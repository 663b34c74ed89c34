/** Where boxes go when they are lined up, spread out, or dragged close to a line with others. Lengths in px of the canvas. */
import type { Point } from "./operations";

export interface Box extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export const sides = ["left", "centre", "right", "top", "middle", "bottom"] as const;
export type Side = (typeof sides)[number];
export type Axis = "x" | "y";

export interface Bounds extends Point {
  readonly width: number;
  readonly height: number;
}

/** The smallest box around all of them; null around nothing. */
export function boundsOf(boxes: readonly Bounds[]): Bounds | null {
  if (boxes.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Lines boxes up with one side, or the middle, of the box around them all. */
export function aligned(boxes: readonly Box[], side: Side): Map<string, Point> {
  const around = boundsOf(boxes);
  if (!around) return new Map();
  const place = ({ x, y, width, height }: Box): Point => {
    switch (side) {
      case "left":
        return { x: around.x, y };
      case "centre":
        return { x: around.x + (around.width - width) / 2, y };
      case "right":
        return { x: around.x + around.width - width, y };
      case "top":
        return { x, y: around.y };
      case "middle":
        return { x, y: around.y + (around.height - height) / 2 };
      case "bottom":
        return { x, y: around.y + around.height - height };
    }
  };
  return new Map(boxes.map((box) => [box.id, place(box)]));
}

/** Spreads boxes out so that the gaps between neighbours are equal (below zero where there is no room). The outermost stay. */
export function distributed(boxes: readonly Box[], axis: Axis): Map<string, Point> {
  const length = axis === "x" ? "width" : "height";
  const around = boundsOf(boxes);
  if (!around || boxes.length < 3) return new Map();
  const inOrder = [...boxes].sort((a, b) => a[axis] + a[length] / 2 - b[axis] - b[length] / 2);
  const gap = (around[length] - inOrder.reduce((sum, box) => sum + box[length], 0)) / (boxes.length - 1);
  let at = around[axis];
  return new Map(
    inOrder.map((box) => {
      const to = { x: box.x, y: box.y, [axis]: at };
      at += box[length] + gap;
      return [box.id, to];
    }),
  );
}

/** A line that two boxes share: at `at` on `axis`, drawn from `from` to `to` on the other. */
export interface Guide {
  readonly axis: Axis;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The shift on one axis that brings a side or the middle of `box` onto the same of another; the nearest wins. */
function nearest(box: Bounds, others: readonly Bounds[], axis: Axis, reach: number) {
  const length = axis === "x" ? "width" : "height";
  let best: { shift: number; other: Bounds; part: number } | null = null;
  for (const other of others) {
    for (const part of [0, 0.5, 1]) {
      const shift = other[axis] + part * other[length] - box[axis] - part * box[length];
      if (Math.abs(shift) <= reach && (!best || Math.abs(shift) < Math.abs(best.shift))) best = { shift, other, part };
    }
  }
  return best;
}

/** Where a dragged box goes when it comes within `reach` of a line with another, and the lines it is then on. */
export function snapped(box: Box, others: readonly Bounds[], reach: number): { position: Point; guides: readonly Guide[] } {
  const [across, down] = [nearest(box, others, "x", reach), nearest(box, others, "y", reach)];
  const position = { x: box.x + (across?.shift ?? 0), y: box.y + (down?.shift ?? 0) };
  const moved = { ...box, ...position };
  const guide = (axis: Axis, found: NonNullable<typeof across>): Guide => {
    const around = boundsOf([moved, found.other])!;
    const [length, other, otherLength] = axis === "x" ? (["width", "y", "height"] as const) : (["height", "x", "width"] as const);
    return { axis, at: found.other[axis] + found.part * found.other[length], from: around[other], to: around[other] + around[otherLength] };
  };
  return { position, guides: [...(across ? [guide("x", across)] : []), ...(down ? [guide("y", down)] : [])] };
}
