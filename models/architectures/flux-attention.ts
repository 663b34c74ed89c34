/**
 * FLUX with its attention written out: where each word of the prompt acts in the picture, as DAAM shows it for
 * U-Nets (Tang et al. 2022, arXiv 2210.04885). For looking at one step of a run; what the sampler runs does not pay for it.
 */
import { attentionProbabilities } from "../graph/attention";
import { GraphBuilder, int, type Precision, type Value } from "../graph/graph-builder";
import type { Weights } from "../checkpoints/weights";
import { controlledTransformer, type Controlnet } from "./flux-controlnet";
import { fluxInputs, fluxTransformer, imagePart, type FluxTransformerConfig, type JointAttentionListener } from "./flux-transformer";

/**
 * Inputs and outputs of FLUX (buildFluxTransformer) or of FLUX with its ControlNet (buildFluxTransformerControlnet),
 * for a batch of 1; one more input: token_count int64 [1], how many of the text tokens are wanted. Two more outputs,
 * float32, double blocks first: attention [blocks, token_count, I], the probability with which each image token attends
 * to each of the first text tokens, averaged over the heads; and image_share [blocks, I], that with which it attends to
 * the image. What is left to 1 goes to the other text tokens. The ControlNet's own blocks are not among them.
 */
export function buildFluxAttention(
  transformer: { readonly config: FluxTransformerConfig; readonly weights: Weights }, controlnet: Controlnet | null, precision: Precision = "float32",
): GraphBuilder {
  const { config, weights } = transformer;
  const g = GraphBuilder.create({ name: controlnet ? "flux-attention-controlnet" : "flux-attention", weights, precision });
  const count = g.input("token_count", "int64", [1]);
  const attention: Value[] = [];
  const imageShare: Value[] = [];
  const listen: JointAttentionListener = (inputs, context) => {
    const probabilities = attentionProbabilities(g, { ...inputs, query: imagePart(g, inputs.query, context) }); // [1, I, T + I]
    attention.push(g.transpose(g.slice(probabilities, 2, 0, count), [0, 2, 1])); // [1, token_count, I]
    const image = g.slice(probabilities, 2, context.textLength); // [1, I, I]
    imageShare.push(g.node("ReduceSum", [image, g.constant([2], [1], "int64")], { keepdims: int(0) })); // [1, I]
  };
  if (controlnet) controlledTransformer(g, config, controlnet, listen);
  else {
    const velocity = fluxTransformer(g, config, fluxInputs(g, config, config.guidance_embeds), undefined, listen);
    g.output("sample", velocity, ["batch", "image_tokens", config.out_channels ?? config.in_channels]);
  }
  g.output("attention", g.concat(attention, 0), [attention.length, "wanted_tokens", "image_tokens"]);
  g.output("image_share", g.concat(imageShare, 0), [imageShare.length, "image_tokens"]);
  return g;
}
