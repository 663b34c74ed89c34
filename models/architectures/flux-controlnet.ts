/**
 * Bifrost-1's latent ControlNet: a few FLUX blocks that read patch latents and steer FLUX's image stream, and the
 * resampling block that brings the patch grid to FLUX's packed grid. Paper: arXiv 2508.05954.
 */
import { z } from "zod";
import { averagePool, batchNorm, conv2d, convTranspose2d, relu, upsampleNearest } from "../graph/convolution";
import { GraphBuilder, int, type Precision, type Value } from "../graph/graph-builder";
import { linear } from "../graph/layers";
import type { Weights } from "../checkpoints/weights";
import { doubleBlock, fluxContext, fluxInputs, fluxTransformer, fluxTransformerConfig, imagePart, singleBlock, type FluxInputs, type FluxTransformerConfig, type Residuals, type Streams } from "./flux-transformer";

export const fluxControlnetConfig = fluxTransformerConfig.extend({
  /** Side of the packed FLUX grid over side of the patch grid. The authors' checkpoint doubles it and does not say so. */
  resampling_factor: z.union([z.literal(2), z.literal(1), z.literal(0.5)]).default(2),
  num_mode: z.null({ error: "union ControlNets (num_mode) are not supported; Bifrost-1's has null here" }).optional(),
});
export type FluxControlnetConfig = z.infer<typeof fluxControlnetConfig>;

/** Size of a patch latent: not in the authors' config, so read off the layer that takes it in. */
export function controlChannels(weights: Weights): number {
  return weights.require("controlnet_x_embedder.weight").shape[1] ?? 0;
}

/**
 * FLUX and its ControlNet in one graph, so that residuals never leave the device. Inputs are those of FLUX, and
 * control_latents [B, I, D] from the resampler and conditioning_scale [1]. Outputs: sample [B, I, in_channels], and
 * residual_norms [n], the L2 norm of each unscaled residual over the whole batch, double blocks' first.
 */
export function buildFluxTransformerControlnet(
  transformer: { config: FluxTransformerConfig; weights: Weights },
  controlnet: { config: FluxControlnetConfig; weights: Weights },
  precision: Precision = "float32",
): GraphBuilder {
  const g = GraphBuilder.create({ name: "flux-transformer-controlnet", weights: transformer.weights, precision });
  const inputs = fluxInputs(g, transformer.config, transformer.config.guidance_embeds || controlnet.config.guidance_embeds);
  const control = g.input("control_latents", "float32", ["batch", "image_tokens", controlChannels(controlnet.weights)]);
  const scale = g.input("conditioning_scale", "float32", [1]);

  const residuals = fluxControlnet(g.with(controlnet.weights), controlnet.config, inputs, control);
  const scaled: Residuals = { double: residuals.double.map((r) => g.mul(r, scale)), single: residuals.single.map((r) => g.mul(r, scale)) };
  g.output("sample", fluxTransformer(g, transformer.config, inputs, scaled), ["batch", "image_tokens", transformer.config.out_channels ?? transformer.config.in_channels]);
  const norms = [...residuals.double, ...residuals.single].map((residual) => l2Norm(g, residual));
  if (norms.length > 0) g.output("residual_norms", g.concat(norms, 0), [norms.length]);
  return g;
}

/** One linear reading per block, each [B, I, dim], over the ControlNet's weights. */
export function fluxControlnet(g: GraphBuilder, config: FluxControlnetConfig, inputs: FluxInputs, control: Value): Residuals {
  const context = fluxContext(g, config, inputs);
  const { dim } = context;
  const image = linear(g.at("x_embedder"), inputs.hiddenStates, config.in_channels, dim);
  let streams: Streams = {
    image: g.add(image, linear(g.at("controlnet_x_embedder"), control, controlChannels(g.weights), dim)),
    text: linear(g.at("context_embedder"), inputs.encoderHiddenStates, config.joint_attention_dim, dim),
  };
  const double: Value[] = [];
  for (let i = 0; i < config.num_layers; i++) {
    streams = doubleBlock(g.at("transformer_blocks").at(i), streams, context);
    double.push(linear(g.at("controlnet_blocks").at(i), streams.image, dim, dim));
  }
  const single: Value[] = [];
  let joint = g.concat([streams.text, streams.image], 1); // [B, T + I, dim]
  for (let i = 0; i < config.num_single_layers; i++) {
    joint = singleBlock(g.at("single_transformer_blocks").at(i), joint, context);
    single.push(linear(g.at("controlnet_single_blocks").at(i), imagePart(g, joint, context), dim, dim));
  }
  return { double, single };
}

/** √Σx² over every element, float32 [1]. */
function l2Norm(g: GraphBuilder, x: Value): Value {
  const flat = g.reshape(g.cast(x, "float32"), [-1]); // [B · I · dim]
  return g.node("ReduceL2", [flat], { keepdims: int(1) });
}

/**
 * The resampling block: patch_latents [B, h, w, D] → control_latents [B, H, W, D], where H = h · resampling_factor.
 * Factor 2 is the authors' block; 1 and 0.5 are the same block whose first convolution and shortcut keep or halve
 * the grid.
 */
export function buildResampler(config: FluxControlnetConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  // Convolutions and Resize have no bfloat16 kernels on every device.
  const g = GraphBuilder.create({ name: "resampler", weights, precision: precision === "bfloat16" ? "float32" : precision });
  const channels = controlChannels(weights);
  const patches = g.input("patch_latents", "float32", ["batch", "patch_rows", "patch_columns", channels]);
  const grid = g.transpose(patches, [0, 3, 1, 2]); // [B, D, h, w]
  const block = g.at("up_sampling_block");
  const [first, shortcut] = resample(block, grid, channels, config.resampling_factor);
  const hidden = relu(block, batchNorm(block.at("bn1"), first, channels, { eps: 1e-5 }));
  const refined = batchNorm(block.at("bn2"), conv2d(block.at("conv"), hidden, channels, channels, { kernel: 3, padding: 1 }), channels, { eps: 1e-5 });
  const control = relu(block, block.add(refined, shortcut));
  g.output("control_latents", g.transpose(control, [0, 2, 3, 1]), ["batch", "rows", "columns", channels]);
  return g;
}

/** The first convolution and the shortcut, both on the new grid. */
function resample(g: GraphBuilder, x: Value, channels: number, factor: FluxControlnetConfig["resampling_factor"]): [Value, Value] {
  switch (factor) {
    case 2:
      return [convTranspose2d(g.at("upconv"), x, channels, channels, { kernel: 2, stride: 2 }), upsampleNearest(g, x, 2)];
    case 1:
      return [conv2d(g.at("upconv"), x, channels, channels, { kernel: 3, padding: 1 }), x];
    case 0.5:
      return [conv2d(g.at("upconv"), x, channels, channels, { kernel: 2, stride: 2 }), averagePool(g, x, 2)];
  }
}
