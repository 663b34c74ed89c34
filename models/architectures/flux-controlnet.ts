/**
 * FLUX ControlNets: a few FLUX blocks that read a condition and steer FLUX's image stream. Parameter names of
 * diffusers' FluxControlNetModel.
 *
 * Bifrost-1's latent ControlNet reads patch latents, which a resampling block brings to FLUX's packed grid
 * (arXiv 2508.05954). Plain ones, InstantX's for example, read a picture's packed latents; union ones are also told
 * by number which kind of picture it is.
 */
import { z } from "zod";
import { averagePool, batchNorm, conv2d, convTranspose2d, relu, upsampleNearest } from "../graph/convolution";
import { GraphBuilder, int, type Precision, type Value } from "../graph/graph-builder";
import { embedding, linear } from "../graph/layers";
import type { Weights } from "../checkpoints/weights";
import { doubleBlock, fluxContext, fluxFields, fluxInputs, fluxTransformer, imagePart, refuseAxes, singleBlock, type FluxInputs, type FluxTransformerConfig, type JointAttentionListener, type Residuals, type Streams } from "./flux-transformer";

export const fluxControlnetConfig = fluxFields.extend({
  /** Side of the packed FLUX grid over side of the patch grid. The authors' checkpoint doubles it and does not say so. */
  resampling_factor: z.union([z.literal(2), z.literal(1), z.literal(0.5)]).default(2),
  /** How many kinds of condition a union ControlNet knows. */
  num_mode: z.number().int().positive().nullish(),
  conditioning_embedding_channels: z.null({ error: "ControlNets that read pixels (XLabs' kind) are not supported; use one that reads packed latents" }).optional(),
}).superRefine(refuseAxes);
export type FluxControlnetConfig = z.infer<typeof fluxControlnetConfig>;

/** Size of a patch latent: not in the authors' config, so read off the layer that takes it in. */
export function controlChannels(weights: Weights): number {
  return weights.require("controlnet_x_embedder.weight").shape[1] ?? 0;
}

/** Whether the condition is patch latents, out of a resampling block: Bifrost-1's kind. */
export function readsPatchLatents({ config, weights }: Controlnet): boolean {
  const channels = weights.find("controlnet_x_embedder.weight")?.shape[1] ?? config.in_channels;
  return channels !== config.in_channels || weights.names().some((name) => name.startsWith("up_sampling_block."));
}

/** A ControlNet's checkpoint. */
export interface Controlnet {
  readonly config: FluxControlnetConfig;
  readonly weights: Weights;
}

/** What a ControlNet is fed besides FLUX's own inputs. */
interface Condition {
  /** [B, I, D] */
  readonly latents: Value;
  /** int64 [B, 1]; of union ControlNets only. */
  readonly mode: Value | null;
}

/**
 * Inputs: control_latents [B, I, D] from the resampler, or controlnet_cond [B, I, in_channels], a picture's packed
 * latents; and for a union ControlNet controlnet_mode int64 [B, 1].
 */
function conditionInputs(g: GraphBuilder, { config, weights }: Controlnet): Condition {
  const dims = (channels: number) => ["batch", "image_tokens", channels] as const;
  return {
    latents: readsPatchLatents({ config, weights })
      ? g.input("control_latents", "float32", dims(controlChannels(weights)))
      : g.input("controlnet_cond", "float32", dims(config.in_channels)),
    mode: config.num_mode ? g.input("controlnet_mode", "int64", ["batch", 1]) : null,
  };
}

/**
 * FLUX and its ControlNet in one graph, so that residuals never leave the device. Inputs are those of FLUX, those of
 * the condition (see `conditionInputs`) and conditioning_scale [1]. Outputs: sample [B, I, in_channels], and
 * residual_norms [n], the L2 norm of each unscaled residual over the whole batch, double blocks' first.
 */
export function buildFluxTransformerControlnet(
  transformer: { config: FluxTransformerConfig; weights: Weights }, controlnet: Controlnet, precision: Precision = "float32",
): GraphBuilder {
  const g = GraphBuilder.create({ name: "flux-transformer-controlnet", weights: transformer.weights, precision });
  controlledTransformer(g, transformer.config, controlnet);
  return g;
}

/** Those inputs and outputs on `g`, which is over the transformer's weights. `onAttention` hears of FLUX's own blocks. */
export function controlledTransformer(g: GraphBuilder, config: FluxTransformerConfig, controlnet: Controlnet, onAttention?: JointAttentionListener): void {
  const inputs = fluxInputs(g, config, config.guidance_embeds || controlnet.config.guidance_embeds);
  const condition = conditionInputs(g, controlnet);
  const scale = g.input("conditioning_scale", "float32", [1]);

  const residuals = fluxControlnet(g.with(controlnet.weights), controlnet.config, inputs, condition);
  const scaled: Residuals = { double: residuals.double.map((r) => g.mul(r, scale)), single: residuals.single.map((r) => g.mul(r, scale)) };
  g.output("sample", fluxTransformer(g, config, inputs, scaled, onAttention), ["batch", "image_tokens", config.out_channels ?? config.in_channels]);
  const norms = [...residuals.double, ...residuals.single].map((residual) => l2Norm(g, residual));
  if (norms.length > 0) g.output("residual_norms", g.concat(norms, 0), [norms.length]);
}

/**
 * A ControlNet alone. Inputs as above, without conditioning_scale. Outputs, each [B, I, dim] and unscaled:
 * controlnet_block_samples.{i} and controlnet_single_block_samples.{i}.
 */
export function buildFluxControlnet(config: FluxControlnetConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "flux-controlnet", weights, precision });
  const inputs = fluxInputs(g, config, config.guidance_embeds);
  const residuals = fluxControlnet(g, config, inputs, conditionInputs(g, { config, weights }));
  const dims = ["batch", "image_tokens", config.num_attention_heads * config.attention_head_dim] as const;
  residuals.double.forEach((residual, i) => g.output(`controlnet_block_samples.${i}`, residual, dims));
  residuals.single.forEach((residual, i) => g.output(`controlnet_single_block_samples.${i}`, residual, dims));
  return g;
}

/** One linear reading per block, each [B, I, dim], over the ControlNet's weights. */
function fluxControlnet(g: GraphBuilder, config: FluxControlnetConfig, given: FluxInputs, condition: Condition): Residuals {
  const dim = config.num_attention_heads * config.attention_head_dim;
  const channels = readsPatchLatents({ config, weights: g.weights }) ? controlChannels(g.weights) : config.in_channels;
  const image = linear(g.at("x_embedder"), given.hiddenStates, config.in_channels, dim);
  const text = linear(g.at("context_embedder"), given.encoderHiddenStates, config.joint_attention_dim, dim);
  const [tokens, inputs] = condition.mode ? withMode(g, config, given, text, condition.mode) : [text, given];
  const context = { ...fluxContext(g, config, inputs), textLength: g.shape(tokens, 1, 2) };
  let streams: Streams = { image: g.add(image, linear(g.at("controlnet_x_embedder"), condition.latents, channels, dim)), text: tokens };
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

/** The mode as one more text token, in front [B, 1 + T, dim] and at the first one's position. */
function withMode(g: GraphBuilder, config: FluxControlnetConfig, inputs: FluxInputs, text: Value, mode: Value): [Value, FluxInputs] {
  const dim = config.num_attention_heads * config.attention_head_dim;
  const token = embedding(g.at("controlnet_mode_embedder"), mode, config.num_mode ?? 0, dim); // [B, 1, dim]
  const first = (table: Value) => g.concat([g.slice(table, 1, 0, 1), table], 1); // [1, 1 + T + I, headDim / 2]
  const { cos, sin } = inputs.rotary;
  return [g.concat([token, text], 1), { ...inputs, rotary: { ...inputs.rotary, cos: first(cos), sin: first(sin) } }];
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
