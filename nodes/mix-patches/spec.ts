import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const mixPatchesSpec = defineNode({
  type: "mix-patches",
  title: "Mix Patches",
  category: "Patches",
  version: 1,
  help: "One picture's patch latents with another's on the same grid: every patch by the same amount, or the patches of a mask.",
  paper: ["patchLatents"],
  inputs: {
    a: { type: "patch-latents", title: "Patches A", help: "By mask, its mask says which patches come from B; where it carries none, B's does." },
    b: { type: "patch-latents", title: "Patches B" },
  },
  outputs: { patches: { type: "patch-latents", title: "Mixed patches" } },
  params: z.object({
    mode: param(z.enum(["by amount", "by mask"]).default("by amount"), {
      title: "Mix",
      control: "select",
      inline: true,
      description: "By mask, the patches that a Patch Mask before either input marks come from B, the others from A. By amount, masks do nothing.",
    }),
    amount: param(z.number().min(0).max(1).default(0.5), { title: "Amount of B", control: "slider", step: 0.05, inline: true, description: "0 is A alone, 1 is B alone. Without effect by mask." }),
    interpolation: param(z.enum(["linear", "spherical"]).default("linear"), {
      title: "Interpolation",
      control: "select",
      advanced: true,
      description: "Linear: (1 − t) · A + t · B. Spherical turns each patch's direction from A's to B's, as is common between CLIP embeddings, and goes evenly from one length to the other.",
    }),
  }),
});
