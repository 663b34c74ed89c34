import { unscaleLatents } from "@/models/architectures/flux-latents";
import { fromSignedTensor } from "@/models/images/pixels";
import { oneStep } from "../define-node";
import { floatOutput } from "../model-outputs";
import { imageValue } from "../values";
import type { vaeDecodeSpec } from "./spec";

/** The autoencoder's decoder: latents [1, C, h, w] → a picture of compression times their sides. */
export const runVaeDecode = oneStep<typeof vaeDecodeSpec>(async ({ inputs, models }) => {
  const latents = unscaleLatents(floatOutput(inputs.latents.tensors, "latents"), models.pipeline.autoencoder.config);
  const { sample } = await models.run("vae-decoder", { latents });
  const picture = fromSignedTensor(sample!);
  return { image: imageValue(picture.data, picture.width, picture.height) };
});
