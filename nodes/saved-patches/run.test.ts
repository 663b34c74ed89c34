import { describe, expect, test } from "vitest";
import { float32, type Tensors } from "@/models/tensor";
import type { NodeError } from "../define-node";
import { fakeModels, runToEnd, shippedPipeline } from "../test-models";
import { runSavedPatches } from "./run";
import { savedPatchesSpec } from "./spec";

const size = shippedPipeline().bifrost.text.hidden_size;
const frame = (count: number, masked = count): Tensors => ({
  patch_latents: float32(new Float32Array(count * size).map((_, i) => i), [1, count, size]),
  mask: float32(new Float32Array(masked).fill(1, 1), [1, masked]),
});
const run = (tensors: Tensors, params: object = {}) =>
  runToEnd(runSavedPatches, savedPatchesSpec, { inputs: {}, params: { tensors: "b".repeat(64), ...params }, models: fakeModels({}), loadTensors: async () => tensors });
const failure = (tensors: Tensors, params?: object) => run(tensors, params).then(() => expect.unreachable(), (error: NodeError) => error);

test("an unmasking step comes out with its mask, on a square grid", async () => {
  const tensors = frame(64);
  const { outputs } = await run(tensors);
  expect(outputs.patches.tensors).toEqual(tensors);
  expect(outputs.patches.facts).toEqual({ rows: 8, columns: 8 });
});

test("the mask can be left behind, and need not be there", async () => {
  const { patch_latents: patches } = frame(64);
  expect((await run(frame(64), { mask: false })).outputs.patches.tensors).toEqual({ patch_latents: patches });
  expect((await run({ patch_latents: patches! })).outputs.patches.tensors).toEqual({ patch_latents: patches });
});

test("rows and columns make other grids", async () => {
  expect((await run(frame(6), { rows: 2, columns: 3 })).outputs.patches.facts).toEqual({ rows: 2, columns: 3 });
});

describe("refuses", () => {
  test("patches that fill no such grid", async () => {
    expect((await failure(frame(6))).message).toBe("6 saved patches make no square grid.");
    expect((await failure(frame(64), { rows: 8, columns: 4 })).message).toContain("64 patches, which do not fill a grid of 8 × 4");
    expect((await failure(frame(64), { rows: 64 })).message).toContain("64 × 0");
  });

  test("patches of another size, naming both shapes", async () => {
    const { message } = await failure({ patch_latents: float32(new Float32Array(12), [1, 4, 3]) });
    expect(message).toContain("[1, 4, 3]");
    expect(message).toContain(`[1, patches, ${size}]`);
  });

  test("a mask of other patches", async () => {
    expect((await failure(frame(64, 32))).message).toContain("[1, 32]");
  });
});
