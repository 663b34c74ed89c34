import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildQwenVision, qwenVisionConfig } from "./qwen-vision";
import { visionInputs, windowKind } from "./qwen-vision-windows";

function open(name: string) {
  const { config, weights, inputs, outputs } = openFixture(name);
  const [gridH, gridW] = Array.from(inputs["grid"]!.data, Number) as [number, number];
  const vision = qwenVisionConfig.parse((config as { vision_config: unknown }).vision_config);
  const feeds = { pixel_values: inputs["pixel_values"]!, ...visionInputs(gridH, gridW, vision) };
  return { vision, weights, feeds, kind: windowKind(gridH, gridW, vision), expected: outputs["patch_latents"] };
}

describe("Qwen2.5-VL visual encoder", () => {
  it.each([
    ["vision-equal-windows", "equal"],
    ["vision-ragged-windows", "masked"],
    ["vision-single-window", "masked"],
  ])("%s gives Transformers' latents through %s windows", async (name, kind) => {
    const fixture = open(name);
    expect(fixture.kind).toBe(kind);
    const latents = await runOnCpu(buildQwenVision(fixture.vision, fixture.weights, fixture.kind), fixture.feeds);
    expect(relativeError(latents["patch_latents"], fixture.expected)).toBeLessThan(parityTolerance);
  });

  it("refuses a grid that the merger cannot pair up", () => {
    const { vision } = open("vision-equal-windows");
    expect(() => visionInputs(7, 8, vision)).toThrow("multiples of 2, got 7 × 8");
  });
});
