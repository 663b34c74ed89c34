import { float32 } from "@/models/tensor";
import { oneStep } from "../define-node";
import { floatOutput } from "../model-outputs";
import type { latentDownsamplerSpec } from "./spec";

/** Patch latents on their grid, [1, rows, columns, D] → control latents on FLUX's token grid, [1, H, W, D]. */
export const runLatentDownsampler = oneStep<typeof latentDownsamplerSpec>(async ({ inputs, models }) => {
  const { rows, columns } = inputs.patches.facts;
  const patches = floatOutput(inputs.patches.tensors, "patch_latents");
  const grid = float32(patches.data, [1, rows, columns, patches.dims.at(-1)!]);

  const control = floatOutput(await models.run("resampler", { patch_latents: grid }), "control_latents");
  const [, controlRows, controlColumns] = control.dims as [number, number, number, number];
  return {
    control: { type: "control-latents", tensors: { control_latents: control }, facts: { rows: controlRows, columns: controlColumns } },
  };
});
