import { describe, expect, test } from "vitest";
import { float32, float32Data } from "@/models/tensor";
import { NodeError } from "../define-node";
import { fakeModels, runToEnd } from "../test-models";
import type { Value } from "../values";
import { runMixPatches } from "./run";
import { mixPatchesSpec } from "./spec";

/** Patches of two channels in one row. */
const row = (values: number[], mask?: number[]): Value<"patch-latents"> => {
  const count = values.length / 2;
  return { type: "patch-latents", tensors: { patch_latents: float32(Float32Array.from(values), [1, count, 2]), ...(mask && { mask: float32(Float32Array.from(mask), [1, count]) }) }, facts: { rows: 1, columns: count } };
};
const mix = async (a: Value<"patch-latents">, b: Value<"patch-latents">, params: object = {}) => {
  const { outputs } = await runToEnd(runMixPatches, mixPatchesSpec, { inputs: { a, b }, params, models: fakeModels({}) });
  expect(outputs.patches.tensors.mask).toBeUndefined();
  return [...float32Data(outputs.patches.tensors.patch_latents, "patches")];
};

const a = [1, 0, 3, 4];
const b = [0, 1, -4, 3];

describe("by amount", () => {
  test("(1 − t) · a + t · b", async () => {
    expect(await mix(row(a), row(b), { amount: 0.25 })).toEqual([0.75, 0.25, 1.25, 3.75]);
  });

  test.each(["linear", "spherical"])("%s: at 0 it is a and at 1 it is b, to the bit", async (interpolation) => {
    expect(await mix(row(a), row(b), { amount: 0, interpolation })).toEqual(a);
    expect(await mix(row(a), row(b), { amount: 1, interpolation })).toEqual(b);
  });

  test("spherical: half way between right angles lies at 45°, as long as both", async () => {
    const mixed = await mix(row(a), row(b), { amount: 0.5, interpolation: "spherical" });
    const half = Math.SQRT1_2;
    // (3, 4) and (−4, 3) are 5 long: their middle is (−1, 7) / √2. One float32 rounding per value.
    [half, half, -half, 7 * half].forEach((value, i) => expect(mixed[i]).toBeCloseTo(value, 6));
  });

  test("spherical: lengths go evenly from one to the other; equal, opposite and empty directions go straight", async () => {
    const mixed = await mix(row([2, 0, 1, 1, 1, 0, 0, 0]), row([0, 4, 2, 2, -1, 0, 3, 4]), { amount: 0.5, interpolation: "spherical" });
    expect(Math.hypot(mixed[0]!, mixed[1]!)).toBeCloseTo(3, 6);
    expect(mixed.slice(2)).toEqual([1.5, 1.5, 0, 0, 1.5, 2]);
  });
});

describe("by mask", () => {
  const params = { mode: "by mask" };
  test("marked patches come from b, the others from a, whichever carries the mask; a's counts first", async () => {
    const expected = [1, 0, -4, 3];
    expect(await mix(row(a, [0, 1]), row(b), params)).toEqual(expected);
    expect(await mix(row(a), row(b, [0, 1]), params)).toEqual(expected);
    expect(await mix(row(a, [0, 1]), row(b, [1, 0]), params)).toEqual(expected);
  });

  test("without a mask it says where to get one", async () => {
    const failure = await mix(row(a), row(b), params).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NodeError);
    expect((failure as NodeError).remedy).toContain("Patch Mask");
  });
});

test("different grids are refused, both named", async () => {
  const failure = await mix(row(a), row([1, 2])).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NodeError);
  expect((failure as NodeError).message).toContain("1 × 2");
  expect((failure as NodeError).message).toContain("1 × 1");
});
