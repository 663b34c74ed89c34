import { z } from "zod";
import { defineNode } from "../define-node";
import { fluxSamplerSpec } from "../flux-sampler/spec";
import { param } from "../param-form";

const { steps, guidance, seed, width, height } = fluxSamplerSpec.params.shape;

export const samplerAttentionSpec = defineNode({
  type: "sampler-attention",
  title: "Sampler Attention",
  category: "Diffusion",
  version: 1,
  help: "Where each word of the prompt acts in one step of a FLUX Sampler: in every block, how much each patch attends to each text token, averaged over the heads.",
  paper: ["diffusion"],
  inputs: {
    conditioning: { type: "conditioning", title: "Conditioning" },
    control: { type: "control", title: "Control", optional: true },
    latents: { type: "latents", title: "Latents before the step", optional: true, help: "As the step before left them. Left open for the first step: the seed's noise." },
  },
  outputs: { attention: { type: "attention", title: "Attention" } },
  usesCheckpoint: true,
  probe: true,
  params: z
    .object({
      step: param(z.int().min(1).max(200).default(1), { title: "Step", control: "number", description: "The step looked at, from 1." }),
      steps, guidance, seed, width, height,
    })
    .refine((params) => params.step <= params.steps, { path: ["step"], message: "There are fewer steps than that." }),
});
