/**
 * Bifrost-1's visual generation branch (Lin et al. 2025, arXiv 2508.05954): predicts every patch latent from those
 * known so far and the prompt.
 *
 * Layer for layer a copy of the language model with its own parameters. Image positions attend to all text (through
 * the text branch's keys and values) and to each other. Their place comes from learned position embeddings, and their
 * rotary position is 0, so queries and keys here are not rotated.
 *
 * Text never attends to the image, so its keys and values come in as a prefix that is computed once per prompt;
 * visual-branch-authors.ts computes everything in every iteration instead, as the authors' script does.
 */
import type { Weights } from "../checkpoints/weights";
import { attentionProbabilities, type AttentionListener } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { linear } from "../graph/layers";
import { decoderLayer, fromBorder, languageModel, norm, type QwenTextConfig } from "./qwen-decoder";

/** The branch has the text branch's sizes. The number of patch latents is that of `learnable_pos_emb`. */
export type VisualBranchConfig = QwenTextConfig & { readonly num_visual_gen_tokens: number };

/**
 * patch_latents [1, N, hidden]; mask [1, N], 1 where the latent is unknown and its value ignored; key.{i} and
 * value.{i} [1, kvHeads, S, headDim] from qwen-text → prediction [1, N, hidden] at every position.
 */
export function buildVisualBranch(config: VisualBranchConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "visual-branch", weights, precision });
  visualBranch(g, config);
  return g;
}

/**
 * The same with one more output: attention float32 [layers, N, S + N], how much each patch takes from each text token
 * and then from each patch, averaged over the heads.
 */
export function buildVisualBranchAttention(config: VisualBranchConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "visual-branch-attention", weights, precision });
  const layers: Value[] = [];
  visualBranch(g, config, (inputs) => layers.push(attentionProbabilities(g, inputs))); // each [1, N, S + N]
  g.output("attention", g.concat(layers, 0), [layers.length, config.num_visual_gen_tokens, "text_and_patches"]);
  return g;
}

function visualBranch(g: GraphBuilder, config: VisualBranchConfig, onAttention?: AttentionListener): void {
  const { hidden_size: hidden, num_visual_gen_tokens: count, num_key_value_heads: heads, head_dim: size } = config;
  const latents = g.input("patch_latents", "float32", [1, count, hidden], { exact: true });
  const mask = g.input("mask", "float32", [1, count], { exact: true });
  const prefix = (kind: string, index: number) =>
    fromBorder(g, g.input(`${kind}.${index}`, "float32", [1, heads, "text", size]), config);

  let x = g.add(masked(g, latents, mask, config), g.weight("learnable_pos_emb", [1, count, hidden]));
  const model = languageModel(g);
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const text = { key: prefix("key", index), value: prefix("value", index) };
    const layer = { branch: "vision_branch_", config, ...(onAttention ? { onAttention } : {}) } as const;
    x = decoderLayer(model.at("layers").at(index), x, layer, { causal: false, prefix: text }).x;
  }
  x = norm(model.at("vision_branch_norm"), x, config);
  g.output("prediction", linear(g.at("vision_head"), x, hidden, hidden), [1, count, hidden]);
}

/**
 * The mask token where nothing is known yet. Selected, not blended, so what lies in a masked latent cannot leak in;
 * in float32, because Where has no bfloat16 kernel.
 */
export function masked(g: GraphBuilder, latents: Value, mask: Value, { hidden_size }: QwenTextConfig): Value {
  const unknown = g.node("Greater", [g.unsqueeze(mask, [2]), g.scalar(0, "float32")], {}, { type: "bool" }); // [1, N, 1]
  const token = g.weight("mask_token", [1, 1, hidden_size], "float32");
  return g.cast(g.node("Where", [unknown, token, latents], {}, { type: "float32" }), g.precision);
}
