import { z } from "zod";
import { defineNode } from "../define-node";
import { seedParam } from "../param-form";

export const seedSpec = defineNode({
  type: "seed",
  title: "Seed",
  category: "Values",
  version: 1,
  help: "One seed for as many nodes as it is connected to, drawn anew or counted up with every run if you like.",
  inputs: {},
  outputs: { seed: { type: "number", title: "Seed" } },
  constant: "seed",
  params: z.object({ seed: seedParam() }),
});
