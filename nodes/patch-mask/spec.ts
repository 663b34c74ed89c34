import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const patchMaskSpec = defineNode({
  type: "patch-mask",
  title: "Patch Mask",
  category: "Patches",
  version: 1,
  help: "Marks patches to be made anew: an unmasker predicts them and leaves the others bit for bit, Mix Patches takes them from its second input.",
  paper: ["unmasking"],
  inputs: { patches: { type: "patch-latents", title: "Patch latents", help: "A mask they carry already stays: what it marks is made anew too." } },
  outputs: { patches: { type: "patch-latents", title: "Masked patches" } },
  params: z.object({
    patches: param(z.array(z.int().min(0)).max(4096).default([]), {
      title: "Painted patches",
      control: "patch-grid",
      inline: true,
      description: "Positions on the patch grid, from 0, row by row.",
    }),
    painted: param(z.enum(["made anew", "kept"]).default("made anew"), { title: "Painted patches are", control: "select" }),
  }),
});
