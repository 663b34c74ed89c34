import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const describeImageSpec = defineNode({
  type: "describe-image",
  title: "Describe Image",
  category: "Language",
  version: 1,
  help: "The frozen language model answers about a picture, or about patch latents that were never one. Its most likely word each time, one step per token.",
  paper: ["understanding"],
  inputs: {
    image: { type: "image", title: "Image", optional: true, help: "The picture to look at." },
    patches: { type: "patch-latents", title: "Patch latents", optional: true, help: "What the model sees in place of a picture: the visual branch's own prediction, for example." },
  },
  outputs: { text: { type: "text", title: "Text" } },
  usesCheckpoint: true,
  params: z.object({
    question: param(
      z
        .string()
        .trim()
        .min(1, "Ask something, or write “Describe this image.”")
        .max(500, "A question holds at most 500 characters.")
        // The tokenizer would read "<|im_end|>" as the end of the question, not as its text.
        .regex(/^(?!.*<\|)/s, "“<|” begins the model's control tokens and cannot be part of a question.")
        .default("Describe this image."),
      { title: "Question", control: "multiline", inline: true, placeholder: "Describe this image." },
    ),
    maxTokens: param(z.int().min(1).max(512).default(64), { title: "Longest answer", control: "number", unit: "tokens", description: "The answer ends here at the latest; the model mostly ends it earlier." }),
  }),
  sink: true,
});
