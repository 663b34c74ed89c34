import { describe, expect, test } from "vitest";
import { allOf, beginStroke, cellAfterKey, cellAt, cellsBetween, continueStroke, invertedOf, positionsOf } from "./patch-painting";

const grid = { rows: 4, columns: 6 };

test("a point belongs to the cell it lies in, or to the nearest", () => {
  const size = { width: 120, height: 80 };
  expect(cellAt(0, 0, size, grid)).toEqual({ row: 0, column: 0 });
  expect(cellAt(119, 79, size, grid)).toEqual({ row: 3, column: 5 });
  expect(cellAt(40, 20, size, grid)).toEqual({ row: 1, column: 2 });
  expect(cellAt(-500, 81, size, grid)).toEqual({ row: 3, column: 0 });
});

test.each([
  [{ row: 0, column: 0 }, { row: 3, column: 5 }],
  [{ row: 3, column: 4 }, { row: 0, column: 4 }],
  [{ row: 2, column: 2 }, { row: 2, column: 2 }],
])("from %j to %j every cell touches the next", (from, to) => {
  const cells = cellsBetween(from, to);
  expect(cells[0]).toEqual(from);
  expect(cells.at(-1)).toEqual(to);
  cells.slice(1).forEach(({ row, column }, i) => {
    const [down, right] = [Math.abs(row - cells[i]!.row), Math.abs(column - cells[i]!.column)];
    expect(Math.max(down, right)).toBe(1);
  });
});

describe("a stroke", () => {
  test("adds where it begins on an unpainted patch, and passes painted ones by", () => {
    const stroke = continueStroke(beginStroke(new Set([2, 9]), { row: 0, column: 0 }, grid), { row: 0, column: 3 }, grid);
    expect(positionsOf(stroke.painted, grid)).toEqual([0, 1, 2, 3, 9]);
  });

  test("removes where it begins on a painted one", () => {
    const stroke = continueStroke(beginStroke(new Set([0, 2, 9]), { row: 0, column: 0 }, grid), { row: 1, column: 3 }, grid);
    expect(positionsOf(stroke.painted, grid)).toEqual([2]);
  });

  test("does not change what it began from", () => {
    const before = new Set([1]);
    beginStroke(before, { row: 2, column: 2 }, grid);
    expect(before).toEqual(new Set([1]));
  });
});

test("positions come in order, without those of a larger grid", () => {
  expect(positionsOf(new Set([23, 3, 24, 200]), grid)).toEqual([3, 23]);
});

test("all, and the other ones", () => {
  expect(allOf(grid).size).toBe(24);
  expect(positionsOf(invertedOf(new Set([0, 5, 30]), grid), grid)).toEqual(Array.from({ length: 24 }, (_, i) => i).filter((i) => i !== 0 && i !== 5));
});

test("arrows move by one and stop at the edges; Home and End go along the row", () => {
  const from = { row: 0, column: 5 };
  expect(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "x"].map((key) => cellAfterKey(key, from, grid))).toEqual([
    from, { row: 1, column: 5 }, { row: 0, column: 4 }, from, { row: 0, column: 0 }, from, null,
  ]);
});
