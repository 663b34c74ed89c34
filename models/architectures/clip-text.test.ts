import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildClipText, clipTextConfig } from "./clip-text";

describe("CLIP text encoder", () => {
  it.each(["clip-legacy-eos", "clip-first-eos"])("%s gives Transformers' pooled vector", async (name) => {
    const { config, weights, inputs, outputs } = openFixture(name);
    const pooled = await runOnCpu(buildClipText(clipTextConfig.parse(config), weights), inputs);
    expect(relativeError(pooled["pooler_output"], outputs["pooler_output"])).toBeLessThan(parityTolerance);
  });
});
