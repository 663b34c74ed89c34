import { expect, test } from "vitest";
import { float32, type Tensors } from "@/models/tensor";
import { NodeError } from "../define-node";
import { fakeModels, runToEnd } from "../test-models";
import type { Value } from "../values";
import { runLatentDownsampler } from "./run";
import { latentDownsamplerSpec } from "./spec";

/** A resampling block that changes nothing. */
const models = () => fakeModels({ resampler: ({ patch_latents }): Tensors => ({ control_latents: patch_latents! }) });
const patches = (rows: number, columns: number, values: number[]): Value<"patch-latents"> => ({
  type: "patch-latents",
  tensors: { patch_latents: float32(Float32Array.from(values), [1, rows * columns, values.length / rows / columns]) },
  facts: { rows, columns },
});
const run = (value: Value<"patch-latents">, average?: string) =>
  runToEnd(runLatentDownsampler, latentDownsamplerSpec, { inputs: { patches: value }, params: average === undefined ? {} : { average }, models: models() });

test("patch latents come out on the diffusion grid", async () => {
  const { outputs } = await run(patches(2, 1, [1, 2, 3, 4]));
  expect(outputs.control.tensors.control_latents).toEqual(float32(Float32Array.of(1, 2, 3, 4), [1, 2, 1, 2]));
  expect(outputs.control.facts).toEqual({ rows: 2, columns: 1 });
});

test("each cell becomes its mean, channel by channel", async () => {
  // 2 × 4 patches of two channels: 0…7 and tens of it.
  const { outputs } = await run(patches(2, 4, Array.from({ length: 8 }, (_, i) => [i, 10 * i]).flat()), "2 × 2");
  const means = [2.5, 25, 2.5, 25, 4.5, 45, 4.5, 45];
  expect([...(outputs.control.tensors.control_latents!.data as Float32Array)]).toEqual([...means, ...means]);
});

test("marked patches are drawn as they are, and that is said", async () => {
  const plain = patches(2, 1, [1, 2, 3, 4]);
  const masked = (mask: number[]) => run({ ...plain, tensors: { ...plain.tensors, mask: float32(Float32Array.from(mask), [1, 2]) } });
  const { outputs, notices } = await masked([0, 1]);
  expect(outputs).toEqual((await run(plain)).outputs);
  expect(notices).toEqual([expect.stringContaining("1 of 2 patches")]);
  expect((await masked([0, 0])).notices).toEqual([]);
});

test("a grid that does not divide is refused in words", async () => {
  const failure = await run(patches(3, 2, [1, 2, 3, 4, 5, 6]), "2 × 2").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NodeError);
  expect((failure as NodeError).message).toContain("3 × 2 patches");
});
