import { z } from "zod";
import { defineNode } from "../define-node";

export const textEncoderSpec = defineNode({
  type: "text-encoder",
  title: "Text Encoder",
  category: "Language",
  version: 1,
  help: "T5 gives one embedding per token, CLIP one for the whole prompt; together they are the text conditioning of FLUX.",
  paper: ["textConditioning"],
  inputs: { text: { type: "text", title: "Prompt", optional: true, help: "Left open: the empty prompt, which says nothing." } },
  outputs: { conditioning: { type: "conditioning", title: "Conditioning" } },
  usesCheckpoint: true,
  params: z.object({}),
});
