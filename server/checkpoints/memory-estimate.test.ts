import { expect, test } from "vitest";
import { estimateMemory } from "./memory-estimate";

const settings = { checkpointDir: "models/mini", provider: "cpu", runMemoryLimit: 4e9, sessionMemory: 2e9 } as const;

test("bifrost-mini's figures are those that were measured on it, to a tenth", () => {
  const { decoderPixel, samplerToken, resident, limit } = estimateMemory(settings)!;
  expect(limit).toBe(4e9);
  expect(Math.abs(samplerToken / 18_900 - 1)).toBeLessThan(0.1);
  // Whole runs at 512, 1,024 and 2,048 px, as they were measured.
  for (const [side, bytes] of [[512, 360e6], [1024, 892e6], [2048, 2761e6]] as const) expect(Math.abs((resident + decoderPixel * side ** 2) / bytes - 1)).toBeLessThan(0.1);
});

test("nothing is said without a limit, on an accelerator, or of a checkpoint that is not there", () => {
  expect(estimateMemory({ ...settings, runMemoryLimit: 0 })).toBeNull();
  expect(estimateMemory({ ...settings, provider: "cuda" })).toBeNull();
  expect(estimateMemory({ ...settings, checkpointDir: "nowhere" })).toBeNull();
});
