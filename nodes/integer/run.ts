import { oneStep } from "../define-node";
import { numberValue } from "../values";
import type { integerSpec } from "./spec";

export const runInteger = oneStep<typeof integerSpec>(({ params }) => ({ value: numberValue(params.value) }));
