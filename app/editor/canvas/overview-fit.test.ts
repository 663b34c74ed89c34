import { describe, expect, it } from "vitest";
import { holds, inOverview, onCanvas, overviewFit, zoomAfterWheel } from "./overview-fit";

const size = { width: 150, height: 90 };
const view = { x: 0, y: 0, width: 1000, height: 600 };

describe("the overview", () => {
  it("holds all there is and the view, in its middle", () => {
    const all = { x: -500, y: 100, width: 700, height: 300 };
    const fit = overviewFit(all, view, size);
    const boxes = [all, view].map((box) => inOverview(fit, box));
    expect(Math.min(...boxes.map(({ x }) => x))).toBeCloseTo(5);
    expect(Math.max(...boxes.map(({ x, width }) => x + width))).toBeCloseTo(145);
    expect(boxes[1]!.y + boxes[1]!.height / 2).toBeCloseTo(45);
  });

  it("shows the view alone where there is nothing", () => {
    expect(inOverview(overviewFit(null, view, size), view)).toEqual(expect.objectContaining({ height: expect.closeTo(80) as number }));
  });

  it("knows which place of the canvas a place of it is", () => {
    const fit = overviewFit({ x: 3000, y: -800, width: 200, height: 100 }, view, size);
    const { x, y } = inOverview(fit, { x: 3100, y: -750, width: 0, height: 0 });
    const back = onCanvas(fit, { x, y });
    expect([back.x, back.y]).toEqual([expect.closeTo(3100), expect.closeTo(-750)]);
    expect([holds(view, { x: 10, y: 10 }), holds(view, back)]).toEqual([true, false]);
  });

  it("zooms out when the wheel is turned towards one, in when away", () => {
    expect(zoomAfterWheel(1, { deltaY: 100, deltaMode: 0 })).toBeLessThan(1);
    expect(zoomAfterWheel(zoomAfterWheel(0.5, { deltaY: -3, deltaMode: 1 }), { deltaY: 3, deltaMode: 1 })).toBeCloseTo(0.5);
  });
});
