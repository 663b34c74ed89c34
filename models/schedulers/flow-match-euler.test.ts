import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSafetensorsHeader, readTensor } from "../checkpoints/safetensors";
import { packLatents, unpackLatents } from "../architectures/flux-latents";
import { float32, float32Data, type Tensor } from "../tensor";
import { dynamicShift, eulerStep, flowMatchConfig, flowMatchSigmas, noised, predictedImage } from "./flow-match-euler";

const header = readSafetensorsHeader(join(fileURLToPath(new URL("../reference/fixtures", import.meta.url)), "flow-match.safetensors"));
const config = flowMatchConfig.parse(JSON.parse(header.metadata["config"]!));
const tensor = (name: string) => readTensor(header, name) as Tensor<"float32">;

/** Both sides round to float32 once or twice; sigmas are at most 1. */
const rounding = 2e-7;

function worst(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));
}

describe("flow-match Euler", () => {
  it.each([...header.tensors.keys()].filter((name) => name.startsWith("sigmas.")))("%s are diffusers'", (name) => {
    const [, steps, tokens] = name.split(".").map(Number) as [number, number, number];
    expect(worst(flowMatchSigmas(steps, tokens, config), float32Data(tensor(name), name))).toBeLessThan(rounding);
  });

  it("shifts by a fixed number when the config says so", () => {
    const fixed = flowMatchConfig.parse({ shift: 3 });
    expect(worst(flowMatchSigmas(8, 1024, fixed), tensor("static.8").data)).toBeLessThan(rounding);
  });

  it("shifts linearly when the config says so", () => {
    expect(worst(flowMatchSigmas(8, 1024, { ...config, time_shift_type: "linear" }), tensor("linear.8.1024").data)).toBeLessThan(rounding);
  });

  it("shifts more for larger pictures", () => {
    expect(dynamicShift(256, config)).toBeCloseTo(0.5, 12);
    expect(dynamicShift(4096, config)).toBeCloseTo(1.15, 12);
  });

  it("takes diffusers' steps", () => {
    const velocity = tensor("velocity");
    const sigmas = flowMatchSigmas(4, 24, config);
    let sample = tensor("sample");
    for (let i = 0; i < 4; i++) {
      const scaled = float32(velocity.data.map((v) => v * (0.5 + sigmas[i]!)), velocity.dims);
      sample = eulerStep(sample, scaled, sigmas[i]!, sigmas[i + 1]!);
    }
    expect(worst(sample.data, tensor("denoised").data)).toBeLessThan(2e-6);
  });

  it("finds the image again that it noised", () => {
    const [image, noise] = [tensor("sample"), tensor("velocity")];
    const velocity = float32(noise.data.map((n, i) => n - image.data[i]!), image.dims);
    expect(worst(predictedImage(noised(image, noise, 0.6), velocity, 0.6).data, image.data)).toBeLessThan(1e-6);
  });

  it("refuses no steps at all", () => expect(() => flowMatchSigmas(0, 64, config)).toThrow(/positive whole number/));
});

describe("packed latents", () => {
  it("are packed as diffusers packs them, and unpacked again", () => {
    const latents = tensor("latents");
    const packed = packLatents(latents);
    expect(packed).toEqual(tensor("packed"));
    expect(unpackLatents(packed, 6, 10)).toEqual(latents);
  });

  it("need even sides", () => expect(() => packLatents(float32(new Float32Array(6), [1, 1, 2, 3]))).toThrow(/even/));
});
