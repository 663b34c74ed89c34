import { imageIds, packLatents, ropeTables, textIds, unpackLatents } from "@/models/architectures/flux-latents";
import type { Pipeline } from "@/models/checkpoints/pipeline";
import { TorchGenerator } from "@/models/random/torch-generator";
import { eulerStep, flowMatchSigmas, predictedImage } from "@/models/schedulers/flow-match-euler";
import { float32, float32Data, type Tensor, type Tensors } from "@/models/tensor";
import { NodeError, type NodeRun, type ParamsOf } from "../define-node";
import { floatOutput } from "../model-outputs";
import { latentPicture } from "../pictures";
import { shapeWords } from "../saved-tensors";
import type { Value } from "../values";
import type { fluxSamplerSpec } from "./spec";

type Params = ParamsOf<typeof fluxSamplerSpec>;

/**
 * FLUX's sampler: flow-match Euler steps from seeded noise, or from latents as they are after step `start`, steered by
 * the ControlNet inside its range of steps.
 */
export const runFluxSampler: NodeRun<typeof fluxSamplerSpec> = async function* ({ inputs, params, models, resumeAfter }) {
  const { pipeline } = models;
  const { rows, columns } = tokenGrid(params, pipeline);
  const { control } = inputs;
  if (control) checkGrid(control, params, pipeline, rows, columns);

  const height = rows * 2;
  const width = columns * 2;
  const shape = [1, pipeline.transformer.config.in_channels / 4, height, width];
  if (inputs.latents) checkStart(inputs.latents, shape, params, pipeline);
  const kept = resumeAfter?.tensors.latents ?? inputs.latents?.tensors.latents;
  const done = resumeAfter?.step ?? (inputs.latents ? params.start : 0);
  // diffusers' prepare_latents: noise of the unpacked shape, packed afterwards.
  let latents = packLatents(kept ? float32(float32Data(kept, "latents"), kept.dims) : new TorchGenerator(params.seed).randn(shape));
  const sigmas = flowMatchSigmas(params.steps, rows * columns, pipeline.scheduler);
  const fixed = fixedFeeds(inputs.conditioning, rows, columns, pipeline);

  for (let i = done; i < params.steps; i++) {
    const sigma = sigmas[i]!;
    const feeds = { ...fixed, hidden_states: latents, timestep: float32(Float32Array.of(sigma), [1]) };
    const steered = control && isActive(control.facts, i, params.steps);
    const outputs = steered
      ? await models.run("flux-transformer-controlnet", { ...feeds, ...guidance(params, pipeline, true), ...controlFeeds(control) })
      : await models.run("flux-transformer", { ...feeds, ...guidance(params, pipeline, false) });

    const velocity = floatOutput(outputs, "sample");
    const denoised = unpackLatents(predictedImage(latents, velocity, sigma), height, width);
    latents = eulerStep(latents, velocity, sigma, sigmas[i + 1]!);
    const preview = latentPicture(denoised, pipeline.preview?.latent_rgb);
    yield {
      step: i + 1,
      total: params.steps,
      tensors: { latents: unpackLatents(latents, height, width), denoised, ...(outputs.residual_norms && { residual_norms: outputs.residual_norms }) },
      numbers: { sigma },
      ...(preview && { preview }),
    };
  }
  return {
    latents: { type: "latents", tensors: { latents: unpackLatents(latents, height, width) }, facts: { width: params.width, height: params.height } },
  };
};

/** FLUX's token grid: one token per 2 × 2 latents. */
function tokenGrid({ width, height }: Params, { geometry }: Pipeline): { rows: number; columns: number } {
  const unit = geometry.compression * 2;
  if (width % unit !== 0 || height % unit !== 0) {
    throw new NodeError(`This checkpoint makes pictures whose sides are multiples of ${unit} px, not ${width} × ${height}.`, `Try ${geometry.outputSize} × ${geometry.outputSize}.`);
  }
  return { rows: height / unit, columns: width / unit };
}

function checkGrid({ facts }: Value<"control">, { width, height }: Params, { geometry }: Pipeline, rows: number, columns: number): void {
  if (facts.rows === rows && facts.columns === columns) return;
  const unit = geometry.compression * 2;
  throw new NodeError(
    `The control grid of ${facts.rows} × ${facts.columns} does not fit a picture of ${width} × ${height} px, which has ${rows} × ${columns} tokens.`,
    `Set width to ${facts.columns * unit} and height to ${facts.rows * unit}, or disconnect the control.`,
  );
}

function checkStart({ tensors, facts }: Value<"latents">, shape: readonly number[], { width, height }: Params, { geometry }: Pipeline): void {
  const dims = tensors.latents?.dims ?? [];
  if (dims.length === shape.length && dims.every((side, i) => side === shape[i])) return;
  const fits = dims[1] === shape[1] && facts.width === dims[3]! * geometry.compression;
  throw new NodeError(
    `The start latents have the shape ${shapeWords(dims)}; a picture of ${width} × ${height} px needs ${shapeWords(shape)}.`,
    fits ? `Set width to ${facts.width} and height to ${facts.height}.` : "Connect latents made with this checkpoint.",
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
