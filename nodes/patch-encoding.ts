/** A picture as the language model sees it. */
import { visionInputs } from "@/models/architectures/qwen-vision-windows";
import { pixels } from "@/models/images/pixels";
import { qwenSquarePatches } from "@/models/images/qwen-patches";
import { type Said, said } from "@/models/said";
import type { Tensor } from "@/models/tensor";
import type { Models } from "./define-node";
import { floatOutput } from "./model-outputs";
import type { Value } from "./values";

/** Patch latents [1, rows · columns, hidden] by the language model's visual encoder, from the picture squeezed to a square. */
export async function encodePatches(image: Value<"image">, models: Models, notice: (message: Said) => void): Promise<Value<"patch-latents">> {
  const { bifrost, geometry } = models.pipeline;
  const { width, height } = image.facts;
  if (width !== height) notice(said("The picture of {width} × {height} was squeezed to a square: these models were trained on squares.", { width, height }));
  const picture = pixels((image.tensors.image as Tensor<"uint8">).data, width, height, 3);
  const { pixelValues, gridH, gridW } = qwenSquarePatches(picture, geometry.inputSize, bifrost.imageProcessor);
  const encoded = await models.run("qwen-vision", { pixel_values: pixelValues, ...visionInputs(gridH, gridW, bifrost.vision) });
  return {
    type: "patch-latents",
    tensors: { patch_latents: floatOutput(encoded, "patch_latents") },
    facts: { rows: geometry.patchGrid, columns: geometry.patchGrid },
  };
}
