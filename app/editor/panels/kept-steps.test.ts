import { expect, test } from "vitest";
import { english } from "@/app/i18n/translator";
import { keptSteps } from "./kept-steps";

const frames = (total: number, kept: (step: number) => boolean) =>
  Array.from({ length: total }, (_, index) => ({ step: index + 1, tensors: kept(index + 1) ? ({ hash: "0".repeat(64), kind: "safetensors", bytes: 1 } as const) : null }));

test.each([
  ["none", frames(3, () => false), ""],
  ["one", frames(3, (step) => step === 2), "2"],
  ["a few", frames(16, (step) => step % 4 === 1 || step === 16), "1, 5, 9, 13 and 16"],
  ["many", frames(50, (step) => step % 2 === 1 || step === 50), "1, 3, 5, 7, 9, 11 … 50"],
])("%s", (_, given, words) => {
  expect(keptSteps(given, english)).toBe(words);
});
