import { z } from "zod";
import { defineNode } from "../define-node";
import { param, seedParam } from "../param-form";

export const visualBranchUnmaskerSpec = defineNode({
  type: "visual-branch-unmasker",
  title: "Visual-Branch Unmasker",
  category: "Patches",
  version: 1,
  help: "Starts from masked patches and lets the visual generation branch fill in a few per iteration, in random order (MAR), until all are known.",
  paper: ["unmasking", "visualBranch"],
  inputs: {
    text: { type: "text", title: "Prompt" },
    known: {
      type: "patch-latents",
      title: "Known patches",
      optional: true,
      help: "Patches of another picture. Those that a Patch Mask marks are predicted anew; without a mask, the share named in the params stays.",
    },
  },
  outputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  usesCheckpoint: true,
  resumes: true,
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
      description: "prediction = uncond + guidance · (cond − uncond). At 1 the unconditional half has no effect.",
    }),
    seed: seedParam(),
    keep: param(z.number().min(0).max(1).default(0.5), {
      title: "Known patches kept",
      control: "slider",
      step: 0.05,
      description: "Share of the known patches that stay as they are, chosen by the seed. Without known patches, or with known patches that carry a mask, it does nothing.",
    }),
    // Both ways of either give the same patches; they are there to be compared.
    textPrefix: param(z.enum(["once per prompt", "every iteration (authors)"]).default("once per prompt"), {
      title: "Text keys and values",
      control: "select",
      advanced: true,
      description:
        "Text never attends to the image, so its keys and values can be computed once and fed as a prefix. The authors' script recomputes the text, padded to 300 tokens, in every iteration and runs both branches at every position. Same prediction, several times the work.",
    }),
    unconditionalHalf: param(z.enum(["when guidance > 1", "always (authors)"]).default("when guidance > 1"), {
      title: "Unconditional half",
      control: "select",
      advanced: true,
      description: "At guidance 1 the prediction is the conditional half alone. The authors' script computes both halves all the same.",
    }),
  }),
});
