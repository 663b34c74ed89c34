import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const numberSpec = defineNode({
  type: "number",
  title: "Number",
  category: "Values",
  version: 1,
  help: "A number for as many params as it is connected to. Turn a param into an input with the menu beside it, or drop the connection on it.",
  inputs: {},
  outputs: { value: { type: "number", title: "Number" } },
  constant: "value",
  params: z.object({ value: param(z.number().default(1), { title: "Value", control: "number", step: 0.1, inline: true }) }),
});
