import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const textSpec = defineNode({
  type: "text",
  title: "Text",
  category: "Values",
  version: 1,
  help: "A text for as many params as it is connected to: names, questions, choices.",
  inputs: {},
  outputs: { text: { type: "text", title: "Text" } },
  constant: "text",
  params: z.object({ text: param(z.string().max(2000, "A text holds at most 2,000 characters.").default(""), { title: "Text", control: "multiline", inline: true }) }),
});
