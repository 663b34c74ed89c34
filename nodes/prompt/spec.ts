import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const promptSpec = defineNode({
  type: "prompt",
  title: "Prompt",
  category: "Language",
  version: 1,
  help: "The words the picture should follow.",
  inputs: {},
  outputs: { text: { type: "text", title: "Text" } },
  constant: "text",
  params: z.object({
    text: param(
      z
        .string()
        .trim()
        .min(1, "Write what the picture should show.")
        .max(2000, "A prompt holds at most 2,000 characters; the text encoders would cut the rest away.")
        .default("a photo of a dog"),
      { title: "Prompt", control: "multiline", inline: true, offersWords: true, placeholder: "a photo of a red bus and two cats" },
    ),
  }),
});
