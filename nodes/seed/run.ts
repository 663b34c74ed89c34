import { oneStep } from "../define-node";
import { numberValue } from "../values";
import type { seedSpec } from "./spec";

export const runSeed = oneStep<typeof seedSpec>(({ params }) => ({ seed: numberValue(params.seed) }));
