import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { autoencoderConfig, buildDecoder, buildEncoder } from "./autoencoder";

describe("autoencoder", () => {
  it.each(["autoencoder", "autoencoder-quant"])("%s encodes and decodes as diffusers does", async (name) => {
    const { config: json, weights, inputs, outputs } = openFixture(name);
    const config = autoencoderConfig.parse(json);
    const vae = weights.within("vae.");
    const decoded = await runOnCpu(buildDecoder(config, vae), { latents: inputs["latents"]! });
    const encoded = await runOnCpu(buildEncoder(config, vae), { sample: inputs["sample"]! });
    const errors = [relativeError(decoded["sample"], outputs["sample"]), relativeError(encoded["latents"], outputs["latents"])];
    expect(Math.max(...errors)).toBeLessThan(parityTolerance);
  });
});
