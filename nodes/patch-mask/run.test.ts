import { expect, test } from "vitest";
import { float32, float32Data } from "@/models/tensor";
import { NodeError } from "../define-node";
import { fakeModels, runToEnd } from "../test-models";
import type { Value } from "../values";
import { runPatchMask } from "./run";
import { patchMaskSpec } from "./spec";

const patches = (mask?: number[]): Value<"patch-latents"> => ({
  type: "patch-latents",
  tensors: { patch_latents: float32(Float32Array.from({ length: 12 }, (_, i) => i / 3), [1, 6, 2]), ...(mask && { mask: float32(Float32Array.from(mask), [1, 6]) }) },
  facts: { rows: 2, columns: 3 },
});
const run = async (params: object, value = patches()) => {
  const { outputs, notices } = await runToEnd(runPatchMask, patchMaskSpec, { inputs: { patches: value }, params, models: fakeModels({}) });
  return { value: outputs.patches, mask: [...float32Data(outputs.patches.tensors.mask, "mask")], notices };
};

test("painted patches are marked, the latents stay as they are", async () => {
  const { value, mask, notices } = await run({ patches: [1, 5] });
  expect(mask).toEqual([0, 1, 0, 0, 0, 1]);
  expect(value.tensors.mask!.dims).toEqual([1, 6]);
  expect(value.tensors.patch_latents).toEqual(patches().tensors.patch_latents);
  expect(value.facts).toEqual({ rows: 2, columns: 3 });
  expect(notices).toEqual([]);
});

test("painted patches can be the ones to keep", async () => {
  expect((await run({ patches: [1, 5], painted: "kept" })).mask).toEqual([1, 0, 1, 1, 1, 0]);
});

test("what the input marks stays marked, whatever is painted", async () => {
  const { mask, notices } = await run({ patches: [1] }, patches([0, 0, 0, 1, 0, 0]));
  expect(mask).toEqual([0, 1, 0, 1, 0, 0]);
  expect(notices).toEqual(["1 more patch is made anew: the input marks it already."]);
  expect((await run({ patches: [3], painted: "kept" }, patches([0, 0, 0, 1, 0, 0]))).mask).toEqual([1, 1, 1, 1, 1, 1]);
});

test("nothing painted is allowed, and said", async () => {
  expect((await run({})).notices).toEqual(["No patch is marked: everything is kept."]);
});

test("a patch outside the grid is named", async () => {
  const failure = await run({ patches: [0, 6] }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NodeError);
  expect((failure as NodeError).message).toBe("Painted patch 6 lies outside the grid of 2 × 3, whose patches are 0 to 5.");
});
