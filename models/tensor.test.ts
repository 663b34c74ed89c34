import { expect, test } from "vitest";
import { countNotFinite, float32, int64 } from "./tensor";

test("NaN and infinite values are counted over all tensors, in single and half precision", () => {
  const floats = float32(Float32Array.of(0, Number.NaN, -Number.MAX_VALUE, Number.POSITIVE_INFINITY, 1e-42, 3.4e38), [6]);
  // 1, infinity, NaN, the largest half, −infinity.
  const halves = { dtype: "float16", dims: [5], data: Uint16Array.of(0x3c00, 0x7c00, 0x7e00, 0x7bff, 0xfc00) } as const;
  expect(countNotFinite({ floats })).toBe(3);
  expect(countNotFinite({ halves })).toBe(3);
  expect(countNotFinite({ floats, halves, ids: int64([1, 2], [2]) })).toBe(6);
  expect(countNotFinite({})).toBe(0);
});
