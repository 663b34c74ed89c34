import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, freePlace } from "./free-place";

const size = { width: 220, height: 180 };
const box = (x: number, y: number): Box => ({ x, y, ...size });
const apart = (a: Box, b: Box) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

test("a card lies in the middle where that is free", () => {
  expect(freePlace([], size, { x: 100, y: 100 })).toEqual({ x: -10, y: 10 });
});

test("a card lies beside another that is in its way, as near as can be", () => {
  const taken = box(0, 0);
  const { x, y } = freePlace([taken], size, { x: 110, y: 90 });
  expect(apart(box(x, y), taken)).toBe(true);
  expect(Math.hypot(x, y)).toBeLessThan(300);
});

test("however cards lie, a new one covers none", () => {
  const place = fc.integer({ min: -900, max: 900 });
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place), { maxLength: 25 }), (places) => {
      const taken = places.map(([x, y]) => box(x, y));
      const { x, y } = freePlace(taken, size, { x: 0, y: 0 });
      expect(taken.every((other) => apart(box(x, y), other))).toBe(true);
    }),
  );
});

test("where everything is full, it lies where one looks", () => {
  expect(freePlace([{ x: -1e5, y: -1e5, width: 2e5, height: 2e5 }], size, { x: 0, y: 0 })).toEqual({ x: -110, y: -90 });
});
