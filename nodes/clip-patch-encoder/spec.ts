import { z } from "zod";
import { defineNode } from "../define-node";

export const clipPatchEncoderSpec = defineNode({
  type: "clip-patch-encoder",
  title: "CLIP Patch Encoder",
  category: "Patches",
  version: 1,
  help: "The language model's own visual encoder: a picture becomes one embedding per patch, in the space the visual branch predicts.",
  paper: ["patchLatents"],
  inputs: { image: { type: "image", title: "Image" } },
  outputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  usesCheckpoint: true,
  params: z.object({}),
});
