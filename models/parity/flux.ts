/** FluxTransformer2DModel and FluxControlNetModel as diffusers' users call them. */
import { z } from "zod";
import { buildFluxControlnet, buildResampler, controlChannels, fluxControlnetConfig, type FluxControlnetConfig } from "../architectures/flux-controlnet";
import { ropeTables } from "../architectures/flux-latents";
import { buildFluxTransformer, fluxTransformerConfig, type FluxTransformerConfig } from "../architectures/flux-transformer";
import type { Weights } from "../checkpoints/weights";
import { float32, int64, type Tensor, type Tensors } from "../tensor";
import { placed, type Bundle } from "./bundle";
import type { Computed } from "./comparison";
import type { Component } from "./component";
import type { NamedTensors } from "./named-tensors";
import { repeated, type RunGraph } from "./rows";

const shared = ["hidden_states", "encoder_hidden_states", "pooled_projections", "timestep", "img_ids", "txt_ids", "guidance (of a model that embeds it)"];

const resamplingFactors = [2, 1, 0.5] as const;

const [blocks, singleBlocks] = ["controlnet_block_samples", "controlnet_single_block_samples"] as const;

export const fluxTransformer: Component = {
  inputs: [...shared, `${blocks}.0…?`, `${singleBlocks}.0…?`, "controlnet_blocks_repeat?"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(fluxTransformerConfig);
    const feeds = fluxFeeds(inputs, config);
    const [batch, tokens] = feeds["hidden_states"]!.dims as [number, number];
    const residuals = { double: inputs.listLength(blocks), single: inputs.listLength(singleBlocks), inTurn: inputs.has("controlnet_blocks_repeat") && inputs.each("controlnet_blocks_repeat", 1)[0] !== 0 };
    const names = [...listNames(blocks, residuals.double), ...listNames(singleBlocks, residuals.single)];
    const dim = config.num_attention_heads * config.attention_head_dim;
    const given = Object.fromEntries(names.map((name) => [name, repeated(inputs.floats(name, [inputs.dims(name)[0] === 1 ? 1 : "B", tokens, dim]), batch)]));
    const graph = buildFluxTransformer(config, placed(weights, "x_embedder.weight", ""), "float32", residuals);
    const { sample } = await run(graph, { ...feeds, ...given });
    return { sample: { tensor: sample as Tensor<"float32">, aliases: ["output", "hidden_states", "noise_pred", "velocity"] } };
  },
};

export const fluxControlnet: Component = {
  inputs: [...shared, "controlnet_cond", "conditioning_scale?", "controlnet_mode (of a union ControlNet)"],
  async compute(bundle, run) {
    const { inputs } = bundle;
    const config = bundle.config(fluxControlnetConfig);
    const weights = placed(bundle.weights, "controlnet_x_embedder.weight", "");
    const feeds = fluxFeeds(inputs, config);
    const batch = feeds["hidden_states"]!.dims[0]!;
    const scale = inputs.has("conditioning_scale") ? inputs.each("conditioning_scale", 1)[0]! : 1;
    const graph = buildFluxControlnet(config, weights);
    const condition = { ...(await conditionFeeds(bundle, config, weights, run)), ...(config.num_mode ? { controlnet_mode: controlMode(inputs, config.num_mode, batch) } : {}) };
    const given = await run(graph, { ...feeds, ...condition });
    return Object.fromEntries(Object.entries(given).map(([name, tensor]): [string, Computed] => [name, {
      tensor: float32((tensor.data as Float32Array).map((value) => value * scale), tensor.dims),
    }]));
  },
};

function listNames(name: string, length: number): string[] {
  return Array.from({ length }, (_, i) => `${name}.${i}`);
}

/** What FLUX and its ControlNet both take. */
function fluxFeeds(inputs: NamedTensors, config: FluxTransformerConfig): Tensors {
  const hidden = inputs.floats("hidden_states", ["B", "I", config.in_channels]);
  const batch = hidden.dims[0]!;
  const text = inputs.floats("encoder_hidden_states", ["B", "T", config.joint_attention_dim]);
  const pooled = inputs.dims("pooled_projections")[0] === 1 ? 1 : "B";
  const axes = config.axes_dims_rope.length;
  const ids = [...positions(inputs, "txt_ids", "T", axes), ...positions(inputs, "img_ids", "I", axes)];
  const { cos, sin } = ropeTables(ids, config.axes_dims_rope);
  if (!config.guidance_embeds && inputs.has("guidance")) throw inputs.problem("guidance", "is given, and config.json's guidance_embeds is false: the model takes none.");
  return {
    hidden_states: hidden,
    encoder_hidden_states: text,
    pooled_projections: repeated(inputs.floats("pooled_projections", [pooled, config.pooled_projection_dim]), batch),
    timestep: float32(inputs.each("timestep", batch), [batch]),
    ...(config.guidance_embeds ? { guidance: float32(inputs.each("guidance", batch), [batch]) } : {}),
    rope_cos: cos,
    rope_sin: sin,
  };
}

/** [n, axes], or [B, n, axes], of which diffusers takes the first row. */
function positions(inputs: NamedTensors, name: string, count: string, axes: number): number[][] {
  const isBatch = inputs.rank(name) === 3;
  const { data, dims } = inputs.floats(name, isBatch ? [`rows of ${name}`, count, axes] : [count, axes]);
  const tokens = dims[isBatch ? 1 : 0]!;
  return Array.from({ length: tokens }, (_, i) => Array.from(data.subarray(i * axes, (i + 1) * axes)));
}

/** int64 [B, 1]. */
function controlMode(inputs: NamedTensors, modes: number, batch: number): Tensor<"int64"> {
  const mode = Array.from(inputs.each("controlnet_mode", batch));
  const stray = mode.find((one) => !Number.isInteger(one) || one < 0 || one >= modes);
  if (stray !== undefined) throw inputs.problem("controlnet_mode", `holds ${stray}; num_mode in config.json is ${modes}.`);
  return int64(mode, [batch, 1]);
}

/**
 * controlnet_cond: packed latents [B, I, in_channels] for a plain ControlNet; for a latent one patch latents in raster
 * order, [B, h, w, D] or, of a square grid, [B, h · w, D], which go through the resampling block.
 */
async function conditionFeeds(bundle: Bundle, config: FluxControlnetConfig, weights: Weights, run: RunGraph): Promise<Tensors> {
  const { inputs } = bundle;
  const [batch, tokens] = inputs.dims("hidden_states") as [number, number];
  const channels = controlChannels(weights);
  const hasBlock = weights.names().some((name) => name.startsWith("up_sampling_block."));
  const isGrid = inputs.rank("controlnet_cond") === 4;
  const rows = inputs.dims("controlnet_cond")[0] === 1 ? 1 : "B";
  const given = inputs.floats("controlnet_cond", isGrid ? [rows, "h", "w", channels] : [rows, "condition tokens", channels]);
  const border = !hasBlock && channels === config.in_channels ? "controlnet_cond" : "control_latents";
  if (!hasBlock) {
    if (given.data.length / channels / given.dims[0]! !== tokens) throw inputs.problem("controlnet_cond", `has shape [${given.dims.join(", ")}], expected [${batch}, ${tokens}, ${channels}].`);
    return { [border]: repeated(float32(given.data, [given.dims[0]!, tokens, channels]), batch) };
  }
  const [h, w] = isGrid ? (given.dims.slice(1, 3) as [number, number]) : squareGrid(inputs, given.dims[1]!);
  const isSaid = bundle.config(z.looseObject({ resampling_factor: z.unknown().optional() })).resampling_factor !== undefined;
  // The block that halves leaves out the last row and column of an odd grid.
  const resampling_factor = (isSaid ? [config.resampling_factor] : resamplingFactors).find((factor) => Math.floor(h * factor) * Math.floor(w * factor) === tokens);
  if (!resampling_factor) {
    const block = isSaid ? `the resampling block of config.json's resampling_factor ${config.resampling_factor} does not turn` : "no resampling block turns";
    throw inputs.problem("controlnet_cond", `is a grid of ${h} × ${w}, which ${block} into the ${tokens} tokens of hidden_states.`);
  }
  const { control_latents: control } = await run(buildResampler({ ...config, resampling_factor }, weights), { patch_latents: float32(given.data, [given.dims[0]!, h, w, channels]) });
  return { [border]: repeated(float32(control!.data as Float32Array, [given.dims[0]!, tokens, channels]), batch) };
}

function squareGrid(inputs: NamedTensors, count: number): [number, number] {
  const side = Math.sqrt(count);
  if (!Number.isInteger(side)) throw inputs.problem("controlnet_cond", `has ${count} patch latents, which make no square. Give a grid that is not square as [B, h, w, D].`);
  return [side, side];
}
