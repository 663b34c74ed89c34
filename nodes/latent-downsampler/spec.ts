import { z } from "zod";
import { defineNode } from "../define-node";

export const latentDownsamplerSpec = defineNode({
  type: "latent-downsampler",
  title: "Latent Downsampler",
  category: "Patches",
  version: 1,
  help: "The ControlNet's 2D resampling block: brings the patch grid onto the diffusion model's token grid.",
  inputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  outputs: { control: { type: "control-latents", title: "Control latents" } },
  params: z.object({}),
});
