import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import { buildFluxControlnet, buildFluxTransformerControlnet, buildResampler, fluxControlnetConfig } from "./flux-controlnet";
import { imageIds, ropeTables, textIds } from "./flux-latents";

describe("resampling block", () => {
  it.each(["resampler-2", "resampler-1", "resampler-0.5"])("%s gives PyTorch's control latents", async (name) => {
    const { config, weights, inputs, outputs } = openFixture(name);
    const { control_latents: control } = await runOnCpu(buildResampler(fluxControlnetConfig.parse(config), weights.within("controlnet.")), inputs);
    const error = relativeError(control, outputs["control_latents"]);
    expect(error).toBeLessThan(parityTolerance);
  });
});

describe("plain ControlNet", () => {
  it.each(["controlnet-plain", "controlnet-union"])("%s gives diffusers' block samples", async (name) => {
    const { config: json, weights, inputs, outputs } = openFixture(name);
    const { controlnet, grid } = json as { controlnet: unknown; grid: [number, number] };
    const config = fluxControlnetConfig.parse(controlnet);
    const { img_ids: _image, txt_ids: _text, ...rest } = inputs;
    const { cos, sin } = ropeTables([...textIds(inputs["encoder_hidden_states"]!.dims[1]!), ...imageIds(...grid)], config.axes_dims_rope);
    const samples = await runOnCpu(buildFluxControlnet(config, weights.within("controlnet.")), { ...rest, rope_cos: cos, rope_sin: sin });
    expect(Object.keys(samples).sort()).toEqual(Object.keys(outputs).sort());
    const errors = Object.entries(samples).map(([key, sample]) => relativeError(sample, outputs[key]));
    expect(Math.max(...errors)).toBeLessThan(parityTolerance);
  });

  it.each([
    ["controlnet-plain", ["controlnet_cond"]],
    ["controlnet-union", ["controlnet_cond", "controlnet_mode"]],
  ])("%s beside FLUX adds its own inputs", (name, own) => {
    const { config: json, weights } = openFixture(name);
    const config = fluxControlnetConfig.parse((json as { controlnet: unknown }).controlnet);
    const { config: flux, weights: fluxWeights } = openFixture("controlled-both");
    const transformer = fluxControlnetConfig.parse((flux as { transformer: unknown }).transformer);
    const graph = buildFluxTransformerControlnet(
      { config: transformer, weights: fluxWeights.within("transformer.", "transformer") }, { config, weights: weights.within("controlnet.", "controlnet") },
    );
    expect(graph.inputs.map((port) => port.name).filter((port) => port.startsWith("control"))).toEqual(own);
  });
});
