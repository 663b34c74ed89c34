import { visionInputs } from "@/models/architectures/qwen-vision-windows";
import { pixels } from "@/models/images/pixels";
import { qwenSquarePatches } from "@/models/images/qwen-patches";
import type { Tensor } from "@/models/tensor";
import { oneStep } from "../define-node";
import { floatOutput } from "../model-outputs";
import type { clipPatchEncoderSpec } from "./spec";

/** The language model's visual encoder: a picture, squeezed to a square, as patch latents [1, rows · columns, hidden]. */
export const runClipPatchEncoder = oneStep<typeof clipPatchEncoderSpec>(async ({ inputs, models, notice }) => {
  const { bifrost, geometry } = models.pipeline;
  const { width, height } = inputs.image.facts;
  if (width !== height) notice(`The picture of ${width} × ${height} was squeezed to a square: these models were trained on squares.`);
  const image = pixels((inputs.image.tensors.image as Tensor<"uint8">).data, width, height, 3);
  const { pixelValues, gridH, gridW } = qwenSquarePatches(image, geometry.inputSize, bifrost.imageProcessor);

  const encoded = await models.run("qwen-vision", { pixel_values: pixelValues, ...visionInputs(gridH, gridW, bifrost.vision) });
  return {
    patches: {
      type: "patch-latents",
      tensors: { patch_latents: floatOutput(encoded, "patch_latents") },
      facts: { rows: geometry.patchGrid, columns: geometry.patchGrid },
    },
  };
});
