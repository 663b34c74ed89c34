import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

const share = (value: number) => z.number().min(0).max(1).default(value);

export const controlnetSpec = defineNode({
  type: "controlnet",
  title: "ControlNet",
  category: "Diffusion",
  version: 1,
  help: "Says how strongly, and over which part of the denoising, the control latents steer FLUX. The ControlNet itself runs inside each sampling step.",
  paper: ["latentControlnet"],
  inputs: { control: { type: "control-latents", title: "Control latents" } },
  outputs: { conditioning: { type: "control", title: "Control" } },
  params: z
    .object({
      strength: param(z.number().min(0).max(2).default(0.7), { title: "Strength", control: "slider", step: 0.05, inline: true }),
      start: param(share(0), { title: "Start", control: "slider", step: 0.01, inline: true, description: "Share of the steps after which control begins." }),
      end: param(share(1), { title: "End", control: "slider", step: 0.01, inline: true, description: "Share of the steps after which control ends." }),
    })
    .refine((params) => params.start <= params.end, { path: ["end"], message: "End must not come before start." }),
});
