import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aligned, boundsOf, type Box, distributed, sides, snapped } from "./arrange";

const boxes: Box[] = [
  { id: "a", x: 0, y: 0, width: 100, height: 40 },
  { id: "b", x: 150, y: 70, width: 200, height: 60 },
  { id: "c", x: 500, y: 30, width: 50, height: 100 },
];
const someBoxes = fc
  .array(fc.record({ x: fc.integer({ min: -5000, max: 5000 }), y: fc.integer({ min: -5000, max: 5000 }), width: fc.integer({ min: 1, max: 600 }), height: fc.integer({ min: 1, max: 600 }) }), { minLength: 3, maxLength: 12 })
  .map((all) => all.map((box, index): Box => ({ id: `${index}`, ...box })));
const at = (all: readonly Box[], places: ReadonlyMap<string, { x: number; y: number }>) => all.map((box) => ({ ...box, ...places.get(box.id) }));

describe("aligning", () => {
  it.each([
    ["left", [0, 0, 0]],
    ["centre", [225, 175, 250]],
    ["right", [450, 350, 500]],
  ] as const)("%s lines up across", (side, xs) => {
    expect(at(boxes, aligned(boxes, side)).map(({ x }) => x)).toEqual(xs);
    expect(at(boxes, aligned(boxes, side)).map(({ y }) => y)).toEqual([0, 70, 30]);
  });

  it.each([
    ["top", [0, 0, 0]],
    ["middle", [45, 35, 15]],
    ["bottom", [90, 70, 30]],
  ] as const)("%s lines up down", (side, ys) => {
    expect(at(boxes, aligned(boxes, side)).map(({ y }) => y)).toEqual(ys);
    expect(at(boxes, aligned(boxes, side)).map(({ x }) => x)).toEqual([0, 150, 500]);
  });

  it("a second time moves nothing, and nothing leaves the box around all", () => {
    fc.assert(
      fc.property(someBoxes, fc.constantFrom(...sides), (all, side) => {
        const once = at(all, aligned(all, side));
        expect(at(once, aligned(once, side))).toEqual(once);
        const [before, after] = [boundsOf(all)!, boundsOf(once)!];
        expect(after.x).toBeGreaterThanOrEqual(before.x);
        expect(after.y + after.height).toBeLessThanOrEqual(before.y + before.height);
      }),
    );
  });
});

describe("distributing", () => {
  it("makes the gaps equal and leaves the outermost", () => {
    expect(at(boxes, distributed(boxes, "x")).map(({ x }) => x)).toEqual([0, 200, 500]);
  });

  it("gives equal gaps between any neighbours, within the box around all", () => {
    fc.assert(
      fc.property(someBoxes, (all) => {
        const spread = at(all, distributed(all, "y"));
        const order = [...distributed(all, "y").keys()].map((id) => spread.find((box) => box.id === id)!);
        const gaps = order.slice(1).map((box, index) => box.y - order[index]!.y - order[index]!.height);
        // Sums of at most 12 lengths below 1e4 in float64: rounding is far below a thousandth of a pixel.
        for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 3);
        expect(order[0]!.y).toBe(boundsOf(all)!.y);
      }),
    );
  });

  it("needs three", () => {
    expect(distributed(boxes.slice(0, 2), "x").size).toBe(0);
  });
});

describe("dragging close to a line with others", () => {
  const other = boxes[1]!;
  const dragged = (x: number, y: number): Box => ({ id: "d", x, y, width: 80, height: 30 });

  it("snaps a side, and says which line that is", () => {
    expect(snapped(dragged(153, 300), [other], 5)).toEqual({ position: { x: 150, y: 300 }, guides: [{ axis: "x", at: 150, from: 70, to: 330 }] });
  });

  it("snaps both axes, right sides and middles included", () => {
    const { position, guides } = snapped(dragged(268, 83), [other], 5);
    expect(position).toEqual({ x: 270, y: 85 });
    expect(guides.map(({ axis, at }) => [axis, at])).toEqual([["x", 350], ["y", 100]]);
  });

  it("leaves alone what is farther away", () => {
    expect(snapped(dragged(160, 300), [other], 5)).toEqual({ position: { x: 160, y: 300 }, guides: [] });
  });
});
