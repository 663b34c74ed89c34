/** Where a card that is added without a place of its own can lie: on no other card, as near as can be to where one looks. */
import type { Size } from "../store/editor-store";
import type { Point } from "./operations";

export interface Box extends Point, Size {}

/** Px of the canvas: between two cards, and between two places that are tried. */
const gap = 24;
const stride = 40;
/** Rings of places around the wanted one; beyond them the card is out of sight anyway. */
const rings = 30;

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

/** Offsets of all places, the nearest first. */
const offsets: readonly Point[] = Array.from({ length: (2 * rings + 1) ** 2 }, (_, i) => ({ x: ((i % (2 * rings + 1)) - rings) * stride, y: (Math.floor(i / (2 * rings + 1)) - rings) * stride })).sort(
  (a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y),
);

/** The top left corner of a card of `size` whose middle is as near to `centre` as `taken` allows; at `centre` itself where there is no room around it. */
export function freePlace(taken: readonly Box[], size: Size, centre: Point): Point {
  const wanted = { x: centre.x - size.width / 2, y: centre.y - size.height / 2, ...size };
  const reach = rings * stride;
  const near = taken.filter((box) => overlaps(box, { x: wanted.x - reach, y: wanted.y - reach, width: size.width + 2 * reach, height: size.height + 2 * reach }));
  const free = offsets.find(({ x, y }) => near.every((box) => !overlaps(box, { ...wanted, x: wanted.x + x, y: wanted.y + y }))) ?? { x: 0, y: 0 };
  return { x: wanted.x + free.x, y: wanted.y + free.y };
}
