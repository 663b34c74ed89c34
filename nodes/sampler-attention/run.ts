import type { FluxTransformerConfig } from "@/models/architectures/flux-transformer";
import { said } from "@/models/said";
import { int64 } from "@/models/tensor";
import { NodeError, oneStep } from "../define-node";
import { denoisingOf } from "../flux-sampler/denoising";
import { floatOutput } from "../model-outputs";
import type { samplerAttentionSpec } from "./spec";

/** Of what is stored of a step: 274 text tokens of FLUX.1 at 1,024 px. */
const mostBytes = 256e6;

/**
 * One step of the sampler over again, with its attention: [blocks, text tokens, patches], and image_share
 * [blocks, patches], what each patch attends to the picture itself. The rest goes to the padding after the text.
 */
export const runSamplerAttention = oneStep<typeof samplerAttentionSpec>(async ({ inputs, params, models, notice }) => {
  const { pipeline } = models;
  const denoising = denoisingOf(inputs, params, pipeline);
  const { rows, columns } = denoising;
  if (!inputs.latents && params.step > 1) throw new NodeError(said("Step {step} starts from the latents of the step before, and there are none.", { step: params.step }), said("Connect them, or look at step 1."));
  const latents = inputs.latents ? denoising.packed(inputs.latents) : denoising.noise();
  const blocks = blockNames(pipeline.transformer.config);
  const { tokens } = inputs.conditioning.facts;
  const shown = tokens.slice(0, Math.floor(mostBytes / (4 * blocks.length * rows * columns)));
  if (shown.length < tokens.length) notice(said("Attention to the first {shown} of {count} text tokens is shown: all of it would take more than {most} MB.", { shown: shown.length, count: tokens.length, most: mostBytes / 1e6 }));

  const { steered, feeds } = denoising.feeds(params.step - 1, latents);
  const outputs = await models.run(steered ? "flux-attention-controlnet" : "flux-attention", { ...feeds, token_count: int64([shown.length], [1]) });
  return {
    attention: {
      type: "attention",
      tensors: { attention: floatOutput(outputs, "attention"), image_share: floatOutput(outputs, "image_share") },
      // T5's vocabulary spells a space ▁.
      facts: { tokens: shown.map((token) => token.replaceAll("▁", " ")), rows, columns, blocks },
    },
  };
});

function blockNames({ num_layers: double, num_single_layers: single }: FluxTransformerConfig): string[] {
  const named = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind} ${index + 1}`);
  return [...named("double", double), ...named("single", single)];
}
