import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const latentDownsamplerSpec = defineNode({
  type: "latent-downsampler",
  title: "Latent Downsampler",
  category: "Patches",
  version: 1,
  help: "The ControlNet's 2D resampling block: brings the patch grid onto the diffusion model's token grid.",
  paper: ["resampling"],
  inputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  outputs: { control: { type: "control-latents", title: "Control latents" } },
  usesCheckpoint: true,
  params: z.object({
    average: param(z.enum(["none", "2 × 2", "4 × 4", "8 × 8"]).default("none"), {
      title: "Average over",
      control: "select",
      description: "Averages the patch latents over cells of this many patches first, so that a quarter, a sixteenth … of them is left: how many latents does a picture need?",
    }),
  }),
});
