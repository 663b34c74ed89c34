import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";
import { fromParam, savedTensorsParam, tensorNameParam } from "../saved-tensors";

const side = () => z.int().min(0).max(1024).default(0);

export const savedPatchesSpec = defineNode({
  type: "saved-patches",
  title: "Saved Patches",
  category: "Patches",
  version: 1,
  help: "Patch latents of an earlier run, pinned from one of its steps: to go on unmasking from there, to mix them, or to draw them.",
  paper: ["patchLatents", "unmasking"],
  inputs: {},
  outputs: { patches: { type: "patch-latents", title: "Patch latents" } },
  // Runs no network; their size is checked against the checkpoint's.
  usesCheckpoint: true,
  params: z.object({
    tensors: savedTensorsParam({ message: "has no saved patches yet.", remedy: "Open an unmasking step in the inspector and pin it." }),
    tensor: tensorNameParam("patch_latents", "Which of the file's tensors. An unmasking step holds patch_latents."),
    rows: param(side(), { title: "Rows", control: "number", description: "Of the patch grid. With rows and columns at 0 it is a square." }),
    columns: param(side(), { title: "Columns", control: "number" }),
    mask: param(z.boolean().default(true), {
      title: "Keep its mask",
      control: "toggle",
      description: "An unmasking step says which patches were not known yet. With its mask they are predicted when these patches feed an unmasker; without it, their zeros count as known.",
    }),
    from: fromParam(),
  }),
});
