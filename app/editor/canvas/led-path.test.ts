import { expect, test } from "vitest";
import { ledPath } from "./led-path";

test("an edge leaves and enters level and runs through each of its dots, which its curve touches along the line of their neighbours", () => {
  const path = ledPath([{ x: 0, y: 0 }, { x: 100, y: 100 }, { x: 200, y: 0 }]);
  const [move, first, second] = path.split(/[MC]/).slice(1).map((part) => part.split(/[ ,]/).map(Number));
  expect(move).toEqual([0, 0]);
  expect(first!.slice(4)).toEqual([100, 100]);
  expect(second!.slice(4)).toEqual([200, 0]);
  // Level at both ends, and at the dot as its neighbours lie: level, too.
  expect([first![1], second![3]]).toEqual([0, 0]);
  expect([first![3], second![1]]).toEqual([100, 100]);
});
