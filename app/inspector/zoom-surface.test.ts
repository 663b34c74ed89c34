import { expect, test } from "vitest";
import { fitted, held, wholePicture, zoomed } from "./zoom-surface";

test("zooming keeps the point under the pointer where it is", () => {
  const at = { x: 0.3, y: 0.8 };
  const near = zoomed(wholePicture, 4, at);
  const inPicture = (zoom: typeof near) => ({ x: (at.x - zoom.x) / zoom.scale, y: (at.y - zoom.y) / zoom.scale });
  expect(inPicture(near).x).toBeCloseTo(0.3, 12);
  expect(inPicture(near).y).toBeCloseTo(0.8, 12);
  // And back again.
  expect(zoomed(near, 1 / 4, at)).toEqual(wholePicture);
});

test("the picture stays on its surface, and scale within its bounds", () => {
  expect(held({ scale: 2, x: 5, y: -9 })).toEqual({ scale: 2, x: 0, y: -1 });
  expect(zoomed(wholePicture, 0.1, { x: 0.5, y: 0.5 })).toEqual(wholePicture);
  expect(zoomed(wholePicture, 1e9, { x: 0, y: 0 }).scale).toBe(64);
});

test("where there is room, pixels are enlarged by whole numbers", () => {
  expect(fitted({ width: 16, height: 8 }, { width: 100, height: 100 })).toEqual({ width: 96, height: 48 });
  expect(fitted({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ width: 100, height: 50 });
});
