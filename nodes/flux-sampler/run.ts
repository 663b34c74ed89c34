import { packLatents, unpackLatents } from "@/models/architectures/flux-latents";
import { eulerStep, predictedImage } from "@/models/schedulers/flow-match-euler";
import { float32, float32Data } from "@/models/tensor";
import type { NodeRun } from "../define-node";
import { floatOutput } from "../model-outputs";
import { latentPicture } from "../pictures";
import { denoisingOf } from "./denoising";
import type { fluxSamplerSpec } from "./spec";

/**
 * FLUX's sampler: flow-match Euler steps from seeded noise, or from latents as they are after step `start`, steered by
 * the ControlNet inside its range of steps.
 */
export const runFluxSampler: NodeRun<typeof fluxSamplerSpec> = async function* ({ inputs, params, models, resumeAfter }) {
  const { pipeline } = models;
  const denoising = denoisingOf(inputs, params, pipeline);
  const { sigmas } = denoising;
  const height = denoising.rows * 2;
  const width = denoising.columns * 2;
  const start = inputs.latents ? denoising.packed(inputs.latents) : null;
  const kept = resumeAfter?.tensors.latents;
  const done = kept && resumeAfter ? resumeAfter.step : start ? params.start : 0;
  let latents = kept ? packLatents(float32(float32Data(kept, "latents"), kept.dims)) : (start ?? denoising.noise());

  for (let i = done; i < params.steps; i++) {
    const sigma = sigmas[i]!;
    const { steered, feeds } = denoising.feeds(i, latents);
    const outputs = await models.run(steered ? "flux-transformer-controlnet" : "flux-transformer", feeds);

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
