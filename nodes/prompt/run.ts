import { oneStep } from "../define-node";
import { textValue } from "../values";
import type { promptSpec } from "./spec";

export const runPrompt = oneStep<typeof promptSpec>(({ params }) => ({ text: textValue(params.text) }));
