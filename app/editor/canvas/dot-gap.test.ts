import { expect, it } from "vitest";
import { dotGap } from "./dot-gap";
import { gridStep } from "./snap-setting";

it("keeps the dots on the grid, and apart from each other", () => {
  for (const zoom of [0.1, 0.123, 0.3, 0.69, 0.71, 1, 3]) {
    const gap = dotGap(zoom);
    expect(gap).toBeGreaterThanOrEqual(14);
    expect(Math.log2(gap / (gridStep * zoom)) % 1).toBeCloseTo(0);
  }
  expect(dotGap(1)).toBe(gridStep);
});
