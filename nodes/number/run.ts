import { oneStep } from "../define-node";
import { numberValue } from "../values";
import type { numberSpec } from "./spec";

export const runNumber = oneStep<typeof numberSpec>(({ params }) => ({ value: numberValue(params.value) }));
