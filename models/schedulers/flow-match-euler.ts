/**
 * Euler steps along a rectified flow, on the sigmas FLUX samples with: diffusers' FlowMatchEulerDiscreteScheduler as
 * its FluxPipeline sets it up. At sigma 1 a sample is noise, at 0 an image; the model predicts noise − image.
 */
import { z } from "zod";
import { float32, type Tensor } from "../tensor";

/** The fields of scheduler_config.json that matter to FLUX, with diffusers' defaults. */
export const flowMatchConfig = z.object({
  num_train_timesteps: z.number().positive().default(1000),
  shift: z.number().positive().default(1),
  use_dynamic_shifting: z.boolean().default(false),
  base_shift: z.number().default(0.5),
  max_shift: z.number().default(1.15),
  base_image_seq_len: z.number().default(256),
  max_image_seq_len: z.number().default(4096),
  time_shift_type: z.enum(["exponential", "linear"]).default("exponential"),
  shift_terminal: z.null({ error: "a terminal shift is not part of FLUX's schedule" }).optional(),
  invert_sigmas: z.literal(false).default(false),
  use_karras_sigmas: z.literal(false).nullish(),
  use_exponential_sigmas: z.literal(false).nullish(),
  use_beta_sigmas: z.literal(false).nullish(),
  stochastic_sampling: z.literal(false).default(false),
});
export type FlowMatchConfig = z.output<typeof flowMatchConfig>;

/** The shift for a picture of so many packed tokens: a line through (256, 0.5) and (4096, 1.15) in FLUX's config. */
export function dynamicShift(imageTokens: number, config: FlowMatchConfig): number {
  const slope = (config.max_shift - config.base_shift) / (config.max_image_seq_len - config.base_image_seq_len);
  return config.base_shift + slope * (imageTokens - config.base_image_seq_len);
}

/**
 * Sigmas of `steps` Euler steps, steps + 1 of them: 1, …, 1/steps in equal parts, shifted towards noise for larger
 * pictures, and 0 at the end. Step i goes from sigma i to sigma i + 1, and its model timestep is sigma i.
 * Throws a RangeError unless `steps` is a positive whole number.
 */
export function flowMatchSigmas(steps: number, imageTokens: number, config: FlowMatchConfig): Float32Array {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`A sampler needs a positive whole number of steps, got ${steps}.`);
  const sigmas = new Float32Array(steps + 1);
  for (let i = 0; i < steps; i++) {
    // The last value in an evenly spaced row of float32, as numpy's linspace gives it.
    const even = steps === 1 ? 1 : Math.fround(1 + (i * (1 / steps - 1)) / (steps - 1));
    sigmas[i] = shifted(even, imageTokens, config);
  }
  return sigmas;
}

function shifted(sigma: number, imageTokens: number, config: FlowMatchConfig): number {
  if (!config.use_dynamic_shifting) return (config.shift * sigma) / (1 + (config.shift - 1) * sigma);
  const mu = dynamicShift(imageTokens, config);
  const pull = config.time_shift_type === "exponential" ? Math.exp(mu) : mu;
  return pull / (pull + (1 / sigma - 1));
}

/** x + (next − sigma) · velocity: the sample at `next`. */
export function eulerStep(sample: Tensor<"float32">, velocity: Tensor<"float32">, sigma: number, next: number): Tensor<"float32"> {
  return along(sample, velocity, next - sigma);
}

/** x − sigma · velocity: the finished image that the model expects at this step. */
export function predictedImage(sample: Tensor<"float32">, velocity: Tensor<"float32">, sigma: number): Tensor<"float32"> {
  return along(sample, velocity, -sigma);
}

/** An image partly turned to noise: sigma · noise + (1 − sigma) · image. Where a sampler starts that keeps some of it. */
export function noised(image: Tensor<"float32">, noise: Tensor<"float32">, sigma: number): Tensor<"float32"> {
  if (image.data.length !== noise.data.length) throw new RangeError(`Noise [${noise.dims.join(", ")}] does not fit the image's latents [${image.dims.join(", ")}].`);
  return float32(image.data.map((value, i) => sigma * noise.data[i]! + (1 - sigma) * value), image.dims);
}

function along(sample: Tensor<"float32">, velocity: Tensor<"float32">, distance: number): Tensor<"float32"> {
  if (sample.data.length !== velocity.data.length) {
    throw new RangeError(`The velocity [${velocity.dims.join(", ")}] does not fit the sample [${sample.dims.join(", ")}].`);
  }
  return float32(sample.data.map((x, i) => x + distance * velocity.data[i]!), sample.dims);
}
