/**
 * FLUX.1's rectified-flow transformer: MM-DiT blocks over two streams, then single blocks over both in one sequence.
 * Parameter names of diffusers' FluxTransformer2DModel. https://github.com/black-forest-labs/flux
 */
import { z } from "zod";
import { attention, type AttentionInputs, mergeHeads, rotary, rotaryTables, splitHeads, type RotaryTables } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { gelu, layerNorm, linear, rmsNorm, silu } from "../graph/layers";
import type { Weights } from "../checkpoints/weights";

/** Of FLUX and its ControlNets, before `refuseAxes`. */
export const fluxFields = z.object({
  patch_size: z.literal(1, { error: "only 1 is supported" }).nullish(),
  in_channels: z.number().int().positive().default(64),
  out_channels: z.number().int().positive().nullish(),
  num_layers: z.number().int().nonnegative(),
  num_single_layers: z.number().int().nonnegative(),
  attention_head_dim: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  joint_attention_dim: z.number().int().positive(),
  pooled_projection_dim: z.number().int().positive(),
  guidance_embeds: z.boolean().default(false),
  axes_dims_rope: z.array(z.number().int().positive().multipleOf(2)).default([16, 56, 56]),
});

/** Every pair of a head's numbers turns with one axis. */
export function refuseAxes({ axes_dims_rope: axes, attention_head_dim: size }: z.output<typeof fluxFields>, context: z.RefinementCtx): void {
  const sum = axes.reduce((total, dim) => total + dim, 0);
  if (sum !== size) context.addIssue({ code: "custom", path: ["axes_dims_rope"], message: `[${axes.slice(0, 8).join(", ")}] should sum to attention_head_dim ${size}` });
}

export const fluxTransformerConfig = fluxFields.superRefine(refuseAxes);
export type FluxTransformerConfig = z.infer<typeof fluxTransformerConfig>;

const eps = 1e-6;
const mlpRatio = 4;
/** Size of the sinusoidal embedding of timestep and guidance. */
const frequencyChannels = 256;

/** What FLUX and its ControlNet are both fed. */
export interface FluxInputs {
  readonly hiddenStates: Value;
  readonly encoderHiddenStates: Value;
  readonly pooledProjections: Value;
  readonly timestep: Value;
  readonly guidance: Value | null;
  readonly rotary: RotaryTables;
}

/** Everything a block needs besides the tokens. */
export interface FluxContext {
  readonly heads: number;
  readonly headDim: number;
  readonly dim: number;
  /** silu of the conditioning vector, [B, 1, dim]: what every modulation starts from. */
  readonly modulation: Value;
  readonly rotary: RotaryTables;
  /** int64 [1] */
  readonly textLength: Value;
  /** Hears of each block's attention in turn. */
  readonly onAttention?: JointAttentionListener | undefined;
}

/** Hears of an attention over text and image, [B, T + I, dim], text first. */
export type JointAttentionListener = (inputs: AttentionInputs, context: FluxContext) => void;

export interface Streams {
  /** [B, I, dim] */
  readonly image: Value;
  /** [B, T, dim] */
  readonly text: Value;
}

/** What a ControlNet adds to the image stream, each [B, I, dim]. Either list may be empty. */
export interface Residuals {
  readonly double: readonly Value[];
  readonly single: readonly Value[];
  /** Double blocks take theirs in turn, as diffusers' controlnet_blocks_repeat; a stretch of blocks each otherwise. */
  readonly inTurn?: boolean | undefined;
}

/** How many residuals a graph takes as inputs. */
export interface ResidualInputs {
  readonly double: number;
  readonly single: number;
  readonly inTurn?: boolean;
}

/**
 * Inputs, float32: hidden_states [B, I, in_channels] packed latents, encoder_hidden_states [B, T, joint_attention_dim],
 * pooled_projections [B, pooled_projection_dim], timestep [B] in 0…1, guidance [B] (only with guidance_embeds),
 * rope_cos and rope_sin [1, T + I, headDim / 2], text first. Output: sample [B, I, in_channels], the velocity.
 *
 * With `residuals`, so many ControlNet residuals are inputs too: controlnet_block_samples.{i} and
 * controlnet_single_block_samples.{i}, each [B, I, dim].
 */
export function buildFluxTransformer(
  config: FluxTransformerConfig, weights: Weights, precision: Precision = "float32", residuals: ResidualInputs = { double: 0, single: 0 },
): GraphBuilder {
  const g = GraphBuilder.create({ name: "flux-transformer", weights, precision });
  const inputs = fluxInputs(g, config, config.guidance_embeds);
  const dims = ["batch", "image_tokens", config.num_attention_heads * config.attention_head_dim] as const;
  const given = (kind: string, count: number) => Array.from({ length: count }, (_, i) => g.input(`controlnet_${kind}_samples.${i}`, "float32", dims));
  const added = { double: given("block", residuals.double), single: given("single_block", residuals.single), inTurn: residuals.inTurn };
  g.output("sample", fluxTransformer(g, config, inputs, added), ["batch", "image_tokens", config.out_channels ?? config.in_channels]);
  return g;
}

export function fluxInputs(g: GraphBuilder, config: FluxTransformerConfig, withGuidance: boolean): FluxInputs {
  const hiddenStates = g.input("hidden_states", "float32", ["batch", "image_tokens", config.in_channels]);
  const encoderHiddenStates = g.input("encoder_hidden_states", "float32", ["batch", "text_tokens", config.joint_attention_dim]);
  const pooledProjections = g.input("pooled_projections", "float32", ["batch", config.pooled_projection_dim]);
  // Angles up to 1000 radians are formed from these two: in bfloat16 neighbouring steps would fall together.
  const timestep = g.input("timestep", "float32", ["batch"], { exact: true });
  const guidance = withGuidance ? g.input("guidance", "float32", ["batch"], { exact: true }) : null;
  const half = config.attention_head_dim / 2;
  const cos = g.input("rope_cos", "float32", [1, "tokens", half], { exact: true });
  const sin = g.input("rope_sin", "float32", [1, "tokens", half], { exact: true });
  return { hiddenStates, encoderHiddenStates, pooledProjections, timestep, guidance, rotary: rotaryTables(g, cos, sin, hiddenStates, "neighbours") };
}

/** The velocity [B, I, out_channels] over `g`'s weights. */
export function fluxTransformer(
  g: GraphBuilder, config: FluxTransformerConfig, inputs: FluxInputs, residuals: Residuals = { double: [], single: [] }, onAttention?: JointAttentionListener,
): Value {
  const context: FluxContext = { ...fluxContext(g, config, inputs), onAttention };
  const { dim } = context;
  let streams: Streams = {
    image: linear(g.at("x_embedder"), inputs.hiddenStates, config.in_channels, dim),
    text: linear(g.at("context_embedder"), inputs.encoderHiddenStates, config.joint_attention_dim, dim),
  };
  for (let i = 0; i < config.num_layers; i++) {
    streams = doubleBlock(g.at("transformer_blocks").at(i), streams, context);
    const residual = residuals.inTurn ? residuals.double[i % residuals.double.length] : residualFor(residuals.double, i, config.num_layers);
    if (residual) streams = { ...streams, image: g.add(streams.image, residual) };
  }
  let joint = g.concat([streams.text, streams.image], 1); // [B, T + I, dim]
  for (let i = 0; i < config.num_single_layers; i++) {
    joint = singleBlock(g.at("single_transformer_blocks").at(i), joint, context);
    const residual = residualFor(residuals.single, i, config.num_single_layers);
    if (residual) joint = g.concat([textPart(g, joint, context), g.add(imagePart(g, joint, context), residual)], 1);
  }
  const image = imagePart(g, joint, context);
  // The last layer's chunks come scale first, the blocks' shift first.
  const [scale, shift] = modulate(g.at("norm_out.linear"), context, 2) as [Value, Value];
  const normed = shiftAndScale(g, layerNorm(g, image, dim, { eps, affine: false }), shift, scale);
  return linear(g.at("proj_out"), normed, dim, config.out_channels ?? config.in_channels);
}

/**
 * A residual list shorter than the block list is spread over it: block i takes residual ⌊i / interval⌋ with
 * interval = ⌈blocks / residuals⌉, as diffusers does.
 */
export function residualFor<T>(residuals: readonly T[], block: number, blocks: number): T | undefined {
  if (residuals.length === 0) return undefined;
  return residuals[Math.floor(block / Math.ceil(blocks / residuals.length))];
}

export function fluxContext(g: GraphBuilder, config: FluxTransformerConfig, inputs: FluxInputs): FluxContext {
  const { num_attention_heads: heads, attention_head_dim: headDim } = config;
  const dim = heads * headDim;
  return {
    heads, headDim, dim,
    modulation: silu(g, conditioning(g.at("time_text_embed"), config, inputs, dim)),
    rotary: inputs.rotary,
    textLength: g.shape(inputs.encoderHiddenStates, 1, 2),
  };
}

/** Timestep, guidance and pooled text in one vector, [B, 1, dim]. */
function conditioning(g: GraphBuilder, config: FluxTransformerConfig, inputs: FluxInputs, dim: number): Value {
  const embed = (place: string, x: Value, inFeatures: number) => {
    const hidden = silu(g, linear(g.at(place).at("linear_1"), x, inFeatures, dim));
    return linear(g.at(place).at("linear_2"), hidden, dim, dim);
  };
  let sum = g.add(
    embed("timestep_embedder", sinusoids(g, inputs.timestep), frequencyChannels),
    embed("text_embedder", inputs.pooledProjections, config.pooled_projection_dim),
  );
  if (config.guidance_embeds) {
    if (!inputs.guidance) throw new Error("This model embeds guidance: build its graph with a guidance input.");
    sum = g.add(sum, embed("guidance_embedder", sinusoids(g, inputs.guidance), frequencyChannels));
  }
  return g.unsqueeze(sum, [1]); // [B, dim] → [B, 1, dim]
}

/** [B] in 0…1 → [B, 256]: cosines, then sines, of 1000 · t / 10000^(i / 128). */
function sinusoids(g: GraphBuilder, t: Value): Value {
  const half = frequencyChannels / 2;
  // Each operation in float32, as the models were trained: angles reach thousands of radians, where the rounding of the
  // exponent already turns the embedding by 1e-3.
  const f = Math.fround;
  const frequencies = Float32Array.from({ length: half }, (_, i) => Math.exp(f(f(f(-Math.log(10000)) * i) / half)));
  // PyTorch's vectorised exp rounds these two of its 128 the other way.
  frequencies[12] = 0.4216965138912201;
  frequencies[106] = 0.0004869675321970135;
  const thousandths = g.mul(t, g.scalar(1000, "float32"));
  const angles = g.mul(g.unsqueeze(thousandths, [1]), g.constant(frequencies, [1, half], "float32")); // [B, 128]
  return g.cast(g.concat([g.node("Cos", [angles]), g.node("Sin", [angles])], 1), g.precision);
}

/** `parts` vectors [B, 1, dim] from the conditioning. */
function modulate(g: GraphBuilder, { modulation, dim }: FluxContext, parts: number): Value[] {
  return g.split(linear(g, modulation, dim, parts * dim), parts, 2); // [B, 1, parts · dim] → parts × [B, 1, dim]
}

function shiftAndScale(g: GraphBuilder, x: Value, shift: Value, scale: Value): Value {
  return g.add(g.mul(x, g.add(scale, g.scalar(1))), shift);
}

/** An MM-DiT block: each stream has its own weights, attention runs over both. */
export function doubleBlock(g: GraphBuilder, { image, text }: Streams, context: FluxContext): Streams {
  const { dim } = context;
  type Six = [Value, Value, Value, Value, Value, Value];
  const [shift1, scale1, gate1, shift2, scale2, gate2] = modulate(g.at("norm1.linear"), context, 6) as Six;
  const [textShift1, textScale1, textGate1, textShift2, textScale2, textGate2] = modulate(g.at("norm1_context.linear"), context, 6) as Six;
  const norm = (x: Value, shift: Value, scale: Value) => shiftAndScale(g, layerNorm(g, x, dim, { eps, affine: false }), shift, scale);

  const attended = jointAttention(g.at("attn"), { image: norm(image, shift1, scale1), text: norm(text, textShift1, textScale1) }, context);
  const image1 = g.add(image, g.mul(gate1, attended.image));
  const text1 = g.add(text, g.mul(textGate1, attended.text));
  return {
    image: g.add(image1, g.mul(gate2, feedForward(g.at("ff"), norm(image1, shift2, scale2), dim))),
    text: g.add(text1, g.mul(textGate2, feedForward(g.at("ff_context"), norm(text1, textShift2, textScale2), dim))),
  };
}

function jointAttention(g: GraphBuilder, { image, text }: Streams, context: FluxContext): Streams {
  const { dim } = context;
  const query = g.concat([headNorm(g, "norm_added_q", project(g, "add_q_proj", text, dim), context), headNorm(g, "norm_q", project(g, "to_q", image, dim), context)], 1);
  const key = g.concat([headNorm(g, "norm_added_k", project(g, "add_k_proj", text, dim), context), headNorm(g, "norm_k", project(g, "to_k", image, dim), context)], 1);
  const value = g.concat([project(g, "add_v_proj", text, dim), project(g, "to_v", image, dim)], 1);
  const attended = rotatedAttention(g, query, key, value, context); // [B, T + I, dim]
  return {
    image: project(g, "to_out.0", imagePart(g, attended, context), dim),
    text: project(g, "to_add_out", textPart(g, attended, context), dim),
  };
}

/** A single block: attention and MLP side by side over text and image in one sequence [B, T + I, dim]. */
export function singleBlock(g: GraphBuilder, joint: Value, context: FluxContext): Value {
  const { dim } = context;
  const [shift, scale, gate] = modulate(g.at("norm.linear"), context, 3) as [Value, Value, Value];
  const normed = shiftAndScale(g, layerNorm(g, joint, dim, { eps, affine: false }), shift, scale);
  const attn = g.at("attn");
  const query = headNorm(attn, "norm_q", project(attn, "to_q", normed, dim), context);
  const key = headNorm(attn, "norm_k", project(attn, "to_k", normed, dim), context);
  const attended = rotatedAttention(attn, query, key, project(attn, "to_v", normed, dim), context);
  const mlp = gelu(g, linear(g.at("proj_mlp"), normed, dim, mlpRatio * dim), "tanh");
  const both = g.concat([attended, mlp], 2); // [B, T + I, dim + 4 · dim]
  return g.add(joint, g.mul(gate, linear(g.at("proj_out"), both, (1 + mlpRatio) * dim, dim)));
}

function project(g: GraphBuilder, place: string, x: Value, dim: number): Value {
  return linear(g.at(place), x, dim, dim);
}

/** RMSNorm of each head's query or key. */
function headNorm(g: GraphBuilder, place: string, x: Value, { heads, headDim }: FluxContext): Value {
  return mergeHeads(g, rmsNorm(g.at(place), splitHeads(g, x, heads, headDim), headDim, { eps }), heads, headDim);
}

function rotatedAttention(g: GraphBuilder, query: Value, key: Value, value: Value, context: FluxContext): Value {
  const { heads, headDim } = context;
  const inputs = { query: rotary(g, query, context.rotary, heads), key: rotary(g, key, context.rotary, heads), value, heads, headDim };
  const attended = attention(g, inputs);
  context.onAttention?.(inputs, context);
  return attended;
}

function feedForward(g: GraphBuilder, x: Value, dim: number): Value {
  const hidden = gelu(g, linear(g.at("net.0.proj"), x, dim, mlpRatio * dim), "tanh");
  return linear(g.at("net.2"), hidden, mlpRatio * dim, dim);
}

export function textPart(g: GraphBuilder, joint: Value, { textLength }: FluxContext): Value {
  return g.slice(joint, 1, 0, textLength);
}

export function imagePart(g: GraphBuilder, joint: Value, { textLength }: FluxContext): Value {
  return g.slice(joint, 1, textLength);
}
