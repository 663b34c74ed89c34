import { z } from "zod";
import { defineNode } from "../define-node";
import { param, seedParam } from "../param-form";

const side = () => z.int().min(64, "At least 64 px.").max(2048, "At most 2,048 px.").multipleOf(16, "A multiple of 16 px: FLUX packs 2×2 latents of 8 px.").default(128);

export const fluxSamplerSpec = defineNode({
  type: "flux-sampler",
  title: "FLUX Sampler",
  category: "Diffusion",
  version: 1,
  help: "Denoises seeded noise into latents with the FLUX transformer: flow-match Euler steps with a resolution-dependent shift.",
  paper: ["diffusion", "latentControlnet"],
  inputs: {
    conditioning: { type: "conditioning", title: "Conditioning" },
    control: { type: "control", title: "Control", optional: true, help: "Without it FLUX follows the text alone." },
    latents: {
      type: "latents",
      title: "Start latents",
      optional: true,
      neededBy: "start",
      help: "Latents to go on from, as they are after the step named in the params; at 0 they are taken as the noise itself. The seed then does nothing.",
    },
  },
  outputs: { latents: { type: "latents", title: "Latents" } },
  usesCheckpoint: true,
  resumes: true,
  params: z
    .object({
      steps: param(z.int().min(1).max(200).default(28), { title: "Steps", control: "number", inline: true }),
      guidance: param(z.number().min(0).max(30).default(3.5), {
        title: "Guidance",
        control: "slider",
        step: 0.1,
        inline: true,
        description: "FLUX.1-dev takes guidance as an input of the network (distilled); it costs nothing.",
      }),
      seed: seedParam(),
      width: param(side(), { title: "Width", control: "number", step: 16, unit: "px" }),
      height: param(side(), { title: "Height", control: "number", step: 16, unit: "px" }),
      start: param(z.int().min(0).max(199).default(0), {
        title: "Start after step",
        control: "number",
        advanced: true,
        description: "With start latents connected, the steps up to this one are taken as done. A saved step k and k here, with the other params as they were, end in the same picture to the byte.",
      }),
    })
    .refine(({ start, steps }) => start < steps, { path: ["start"], message: "Start must come before the last step." }),
});
