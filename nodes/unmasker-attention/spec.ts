import { z } from "zod";
import { defineNode } from "../define-node";
import { visualBranchUnmaskerSpec } from "../visual-branch-unmasker/spec";

const { seed, keep } = visualBranchUnmaskerSpec.params.shape;

export const unmaskerAttentionSpec = defineNode({
  type: "unmasker-attention",
  title: "Unmasker Attention",
  category: "Patches",
  version: 1,
  help: "What each patch attends to in one iteration of a Visual-Branch Unmasker: in every layer, each text token and each patch, averaged over the heads. Of the half with the prompt.",
  paper: ["visualBranch"],
  inputs: {
    text: { type: "text", title: "Prompt" },
    known: { type: "patch-latents", title: "Patches before the iteration", optional: true, help: "As the iteration before left them, with its mask; for the first one, what the unmasker itself is given." },
  },
  outputs: { attention: { type: "attention", title: "Attention" } },
  usesCheckpoint: true,
  probe: true,
  params: z.object({ seed, keep }),
});
