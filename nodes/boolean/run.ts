import { oneStep } from "../define-node";
import { booleanValue } from "../values";
import type { booleanSpec } from "./spec";

export const runBoolean = oneStep<typeof booleanSpec>(({ params }) => ({ value: booleanValue(params.value) }));
