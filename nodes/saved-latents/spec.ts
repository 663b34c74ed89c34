import { z } from "zod";
import { defineNode } from "../define-node";
import { fromParam, savedTensorsParam, tensorNameParam } from "../saved-tensors";

export const savedLatentsSpec = defineNode({
  type: "saved-latents",
  title: "Saved Latents",
  category: "Diffusion",
  version: 1,
  help: "Latents of an earlier run, pinned from one of its steps: to go on from there, or to decode them.",
  paper: ["diffusion"],
  inputs: {},
  outputs: { latents: { type: "latents", title: "Latents" } },
  // Runs no network, but says of which size their picture is, and that is the checkpoint's to know.
  usesCheckpoint: true,
  params: z.object({
    tensors: savedTensorsParam({ message: "has no saved latents yet.", remedy: "Open a sampler's step in the inspector and pin it." }),
    tensor: tensorNameParam("latents", "Which of the file's tensors: a sampler's step holds latents and denoised, the picture it expected then."),
    from: fromParam(),
  }),
});
