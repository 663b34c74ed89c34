import { z } from "zod";
import { defineNode } from "../define-node";
import { param } from "../param-form";

export const booleanSpec = defineNode({
  type: "boolean",
  title: "On or Off",
  category: "Values",
  version: 1,
  help: "On or off, for as many params as it is connected to.",
  inputs: {},
  outputs: { value: { type: "boolean", title: "On or off" } },
  constant: "value",
  params: z.object({ value: param(z.boolean().default(true), { title: "Value", control: "toggle", inline: true }) }),
});
