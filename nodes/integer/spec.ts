import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const integerSpec = defineNode({
  type: "integer",
  title: "Whole Number",
  category: "Values",
  version: 1,
  help: "A whole number for as many params as it is connected to: steps, sizes, iterations.",
  inputs: {},
  outputs: { value: { type: "number", title: "Number" } },
  constant: "value",
  params: z.object({ value: param(z.int().default(1), { title: "Value", control: "number", inline: true }) }),
});
