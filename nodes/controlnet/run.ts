import { oneStep } from "../define-node";
import type { controlnetSpec } from "./spec";

/** Computes nothing: the ControlNet runs with FLUX, in one graph and in each step, so that its residuals stay on the device. */
export const runControlnet = oneStep<typeof controlnetSpec>(({ inputs, params }) => ({
  conditioning: {
    type: "control",
    tensors: inputs.control.tensors,
    facts: { ...inputs.control.facts, strength: params.strength, start: params.start, end: params.end },
  },
}));
