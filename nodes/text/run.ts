import { oneStep } from "../define-node";
import { textValue } from "../values";
import type { textSpec } from "./spec";

export const runText = oneStep<typeof textSpec>(({ params }) => ({ text: textValue(params.text) }));
