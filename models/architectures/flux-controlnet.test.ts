import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildResampler, fluxControlnetConfig } from "./flux-controlnet";

describe("resampling block", () => {
  it.each(["resampler-2", "resampler-1", "resampler-0.5"])("%s gives PyTorch's control latents", async (name) => {
    const { config, weights, inputs, outputs } = openFixture(name);
    const { control_latents: control } = await runOnCpu(buildResampler(fluxControlnetConfig.parse(config), weights.within("controlnet.")), inputs);
    const error = relativeError(control, outputs["control_latents"]);
    expect(error).toBeLessThan(parityTolerance);
  });
});
