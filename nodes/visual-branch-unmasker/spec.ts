import { z } from "zod";
import { defineNode } from "../define-node";
import { param, seedParam } from "../param-form";

export const visualBranchUnmaskerSpec = defineNode({
  type: "visual-branch-unmasker",
  title: "Visual-Branch Unmasker",
  category: "Patches",
  version: 1,
  help: "Starts from masked patches and lets the visual generation branch fill in a few per iteration, in random order (MAR), until all are known.",
  inputs: {
    text: { type: "text", title: "Prompt" },
    known: {
      type: "patch-latents",
      title: "Known patches",
      optional: true,
      help: "Patches of another picture; the share named in the params stays, the rest is predicted anew.",
    },
  },
  outputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  params: z.object({
    iterations: param(z.int().min(1).max(256).default(16), {
      title: "Iterations",
      control: "number",
      inline: true,
      description: "More iterations fix fewer patches at a time. At most one per patch is of use.",
    }),
    guidance: param(z.number().min(1).max(10).default(1), {
      title: "Guidance",
      control: "slider",
      step: 0.1,
      inline: true,
      description: "prediction = uncond + guidance · (cond − uncond). At 1 the unconditional half is not computed.",
    }),
    seed: seedParam(),
    keep: param(z.number().min(0).max(1).default(0.5), {
      title: "Known patches kept",
      control: "slider",
      step: 0.05,
      description: "Share of the known patches that stay as they are, chosen by the seed. Without known patches it does nothing.",
    }),
  }),
});
