/** What FLUX is fed in each step of the sampler: for the sampler itself, and for whoever looks at one of its steps. */
import { imageIds, packLatents, ropeTables, textIds } from "@/models/architectures/flux-latents";
import type { Pipeline } from "@/models/checkpoints/pipeline";
import { TorchGenerator } from "@/models/random/torch-generator";
import { said } from "@/models/said";
import { flowMatchSigmas } from "@/models/schedulers/flow-match-euler";
import { float32, type Tensor, type Tensors } from "@/models/tensor";
import { NodeError, type ParamsOf } from "../define-node";
import { floatOutput } from "../model-outputs";
import { shapeWords } from "../saved-tensors";
import type { Value } from "../values";
import type { fluxSamplerSpec } from "./spec";

type Params = Pick<ParamsOf<typeof fluxSamplerSpec>, "steps" | "guidance" | "seed" | "width" | "height">;

interface Conditions {
  readonly conditioning: Value<"conditioning">;
  readonly control?: Value<"control">;
}

export interface Denoising {
  /** Of FLUX's token grid: one token per 2 × 2 latents. */
  readonly rows: number;
  readonly columns: number;
  /** One more than there are steps; the last is 0. */
  readonly sigmas: Float32Array;
  /** Packed latents [1, rows · columns, 4C] before the first step. */
  noise(): Tensor<"float32">;
  /** Latents of a step as packed ones. Throws a NodeError for those of another size or checkpoint. */
  packed(latents: Value<"latents">): Tensor<"float32">;
  /** Of step i, from 0, for packed latents. `steered`: the ControlNet has a part in it, and the feeds are those of the joined graph. */
  feeds(i: number, latents: Tensor<"float32">): { readonly steered: boolean; readonly feeds: Tensors };
}

/** Throws a NodeError for a size that the checkpoint or the control does not fit. */
export function denoisingOf({ conditioning, control }: Conditions, params: Params, pipeline: Pipeline): Denoising {
  const { rows, columns } = tokenGrid(params, pipeline);
  if (control) checkGrid(control, params, pipeline, rows, columns);
  const sigmas = flowMatchSigmas(params.steps, rows * columns, pipeline.scheduler);
  const fixed = fixedFeeds(conditioning, rows, columns, pipeline);
  const shape = [1, pipeline.transformer.config.in_channels / 4, rows * 2, columns * 2];
  return {
    rows,
    columns,
    sigmas,
    // diffusers' prepare_latents: noise of the unpacked shape, packed afterwards.
    noise: () => packLatents(new TorchGenerator(params.seed).randn(shape)),
    packed(latents) {
      checkShape(latents, shape, params, pipeline);
      return packLatents(floatOutput(latents.tensors, "latents"));
    },
    feeds(i, latents) {
      const feeds = { ...fixed, hidden_states: latents, timestep: float32(Float32Array.of(sigmas[i]!), [1]) };
      const steering = control && isActive(control.facts, i, params.steps) ? control : null;
      return { steered: steering !== null, feeds: { ...feeds, ...guidance(params, pipeline, steering !== null), ...(steering && controlFeeds(steering)) } };
    },
  };
}

/** FLUX's token grid: one token per 2 × 2 latents. */
function tokenGrid({ width, height }: Params, { geometry }: Pipeline): { rows: number; columns: number } {
  const unit = geometry.compression * 2;
  if (width % unit !== 0 || height % unit !== 0) {
    throw new NodeError(said("This checkpoint makes pictures whose sides are multiples of {unit} px, not {width} × {height}.", { unit, width, height }), said("Try {size} × {size}.", { size: geometry.outputSize }));
  }
  return { rows: height / unit, columns: width / unit };
}

function checkGrid({ facts }: Value<"control">, { width, height }: Params, { geometry }: Pipeline, rows: number, columns: number): void {
  if (facts.rows === rows && facts.columns === columns) return;
  const unit = geometry.compression * 2;
  throw new NodeError(
    said("The control grid of {rows} × {columns} does not fit a picture of {width} × {height} px, which has {tokenRows} × {tokenColumns} tokens.", { rows: facts.rows, columns: facts.columns, width, height, tokenRows: rows, tokenColumns: columns }),
    said("Set width to {width} and height to {height}, or disconnect the control.", { width: facts.columns * unit, height: facts.rows * unit }),
  );
}

function checkShape({ tensors, facts }: Value<"latents">, shape: readonly number[], { width, height }: Params, { geometry }: Pipeline): void {
  const dims = tensors.latents?.dims ?? [];
  if (dims.length === shape.length && dims.every((side, i) => side === shape[i])) return;
  const fits = dims[1] === shape[1] && facts.width === dims[3]! * geometry.compression;
  throw new NodeError(
    said("The start latents have the shape {shape}; a picture of {width} × {height} px needs {wanted}.", { shape: shapeWords(dims), width, height, wanted: shapeWords(shape) }),
    fits ? said("Set width to {width} and height to {height}.", { width: facts.width, height: facts.height }) : said("Connect latents made with this checkpoint."),
  );
}

/** Whether step i of n lies inside the control's range; diffusers' controlnet_keep. Strength 0 adds nothing, so it is skipped. */
function isActive({ start, end, strength }: Value<"control">["facts"], i: number, n: number): boolean {
  return strength > 0 && i / n >= start && (i + 1) / n <= end;
}

/** What stays the same over the steps. Rotary tables cover text and picture, text first. */
function fixedFeeds({ tensors }: Value<"conditioning">, rows: number, columns: number, { transformer }: Pipeline): Tensors {
  const prompt = floatOutput(tensors, "prompt_embeds");
  const rope = ropeTables([...textIds(prompt.dims[1]!), ...imageIds(rows, columns)], transformer.config.axes_dims_rope);
  return {
    encoder_hidden_states: prompt,
    pooled_projections: floatOutput(tensors, "pooled_prompt_embeds"),
    rope_cos: rope.cos,
    rope_sin: rope.sin,
  };
}

/** Guidance is an input of the network only in models that were distilled on it. */
function guidance({ guidance: weight }: Params, { transformer, controlnet }: Pipeline, steered: boolean): Tensors {
  const takesIt = transformer.config.guidance_embeds || (steered && controlnet.config.guidance_embeds);
  return takesIt ? { guidance: float32(Float32Array.of(weight), [1]) } : {};
}

/** Control latents [1, H, W, D] as the tokens [1, H · W, D] they belong to. */
function controlFeeds({ tensors, facts }: Value<"control">): Tensors {
  const latents = floatOutput(tensors, "control_latents");
  const tokens: Tensor = float32(latents.data, [1, facts.rows * facts.columns, latents.dims.at(-1)!]);
  return { control_latents: tokens, conditioning_scale: float32(Float32Array.of(facts.strength), [1]) };
}
