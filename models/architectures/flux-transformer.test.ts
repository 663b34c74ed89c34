import { describe, expect, it } from "vitest";
import { openFixture, parityTolerance, relativeError, runOnCpu } from "../reference/parity";
import type { Tensors } from "../tensor";
import { buildFluxTransformerControlnet, fluxControlnetConfig } from "./flux-controlnet";
import { imageIds, ropeTables, textIds } from "./flux-latents";
import { buildFluxTransformer, fluxTransformerConfig, residualFor } from "./flux-transformer";

interface FixtureConfig {
  transformer: unknown;
  controlnet?: unknown;
  grid: [number, number];
}

/** The fixture's inputs with positions turned into the tables that the graphs take. */
function feedsOf(inputs: Tensors, [rows, columns]: [number, number], axesDims: readonly number[]): Tensors {
  const { img_ids: _image, txt_ids: _text, ...rest } = inputs;
  const { cos, sin } = ropeTables([...textIds(inputs["encoder_hidden_states"]!.dims[1]!), ...imageIds(rows, columns)], axesDims);
  return { ...rest, rope_cos: cos, rope_sin: sin };
}

describe("FLUX transformer", () => {
  it.each(["flux-guided", "flux-unguided-batch"])("%s gives diffusers' velocity", async (name) => {
    const { config: json, weights, inputs, outputs } = openFixture(name);
    const { transformer, grid } = json as FixtureConfig;
    const config = fluxTransformerConfig.parse(transformer);
    const { sample } = await runOnCpu(buildFluxTransformer(config, weights.within("transformer.")), feedsOf(inputs, grid, config.axes_dims_rope));
    const error = relativeError(sample, outputs["sample"]);
    expect(error).toBeLessThan(parityTolerance);
  });

  it("declares a guidance input only for a model that embeds guidance", () => {
    const { config: json, weights } = openFixture("flux-unguided-batch");
    const graph = buildFluxTransformer(fluxTransformerConfig.parse((json as FixtureConfig).transformer), weights.within("transformer."));
    expect(graph.inputs.map(({ name }) => name)).toEqual(["hidden_states", "encoder_hidden_states", "pooled_projections", "timestep", "rope_cos", "rope_sin"]);
  });

  it("names the tensor when the config and the weights are of two models", () => {
    const { config: json, weights } = openFixture("flux-guided");
    const config = { ...fluxTransformerConfig.parse((json as FixtureConfig).transformer), joint_attention_dim: 11 };
    expect(() => buildFluxTransformer(config, weights.within("transformer."))).toThrow(/"transformer\.context_embedder\.weight" has shape \[16, 10\].*\[16, 11\]/s);
  });
});

describe("FLUX with its ControlNet in one graph", () => {
  it.each(["controlled-both", "controlled-double", "controlled-single"])("%s gives diffusers' velocity and residual norms", async (name) => {
    const { config: json, weights, inputs, outputs } = openFixture(name);
    const { transformer, controlnet, grid } = json as FixtureConfig;
    const config = fluxTransformerConfig.parse(transformer);
    const graph = buildFluxTransformerControlnet(
      { config, weights: weights.within("transformer.", "transformer") },
      { config: fluxControlnetConfig.parse(controlnet), weights: weights.within("controlnet.", "controlnet") },
    );
    const { sample, residual_norms: norms } = await runOnCpu(graph, feedsOf(inputs, grid, config.axes_dims_rope));
    const errors = [relativeError(sample, outputs["sample"]), relativeError(norms, outputs["residual_norms"])];
    expect(Math.max(...errors)).toBeLessThan(parityTolerance);
  });

  it("computes in float16 to that type's eleven bits", async () => {
    const { config: json, weights, inputs, outputs } = openFixture("controlled-both");
    const { transformer, controlnet, grid } = json as FixtureConfig;
    const config = fluxTransformerConfig.parse(transformer);
    const graph = buildFluxTransformerControlnet(
      { config, weights: weights.within("transformer.", "transformer") },
      { config: fluxControlnetConfig.parse(controlnet), weights: weights.within("controlnet.", "controlnet") },
      "float16",
    );
    const { sample } = await runOnCpu(graph, feedsOf(inputs, grid, config.axes_dims_rope));
    expect(relativeError(sample, outputs["sample"])).toBeLessThan(4e-3);
  });

  it("at scale 0 is FLUX alone", async () => {
    const { config: json, weights, inputs } = openFixture("controlled-both");
    const { transformer, controlnet, grid } = json as FixtureConfig;
    const config = fluxTransformerConfig.parse(transformer);
    const own = weights.within("transformer.", "transformer");
    const feeds = feedsOf(inputs, grid, config.axes_dims_rope);
    const { control_latents: _control, conditioning_scale: scale, ...plain } = feeds;
    const alone = await runOnCpu(buildFluxTransformer(config, own), plain as Tensors);
    const joined = buildFluxTransformerControlnet({ config, weights: own }, { config: fluxControlnetConfig.parse(controlnet), weights: weights.within("controlnet.", "controlnet") });
    const silent = await runOnCpu(joined, { ...feeds, conditioning_scale: { ...scale!, data: Float32Array.of(0) } });
    expect(relativeError(silent["sample"], alone["sample"])).toBeLessThan(1e-6);
  });

  it("spreads few residuals over many blocks", () => {
    const spread = (residuals: number, blocks: number) => Array.from({ length: blocks }, (_, i) => residualFor([...Array(residuals).keys()], i, blocks));
    expect(spread(4, 19)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3]);
    expect(spread(1, 3)).toEqual([0, 0, 0]);
    expect(spread(0, 2)).toEqual([undefined, undefined]);
  });
});
