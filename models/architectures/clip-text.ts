/** CLIP's text encoder (Radford et al. 2021, arXiv 2103.00020). FLUX needs the pooled vector only. */
import { z } from "zod";
import type { Weights } from "../checkpoints/weights";
import { attention } from "../graph/attention";
import { GraphBuilder, int, type Precision, type Value } from "../graph/graph-builder";
import { embedding, gelu, layerNorm, linear, quickGelu } from "../graph/layers";

/** The fields of text_encoder/config.json that shape the graph. */
export const clipTextConfig = z.object({
  vocab_size: z.number().int().positive(),
  hidden_size: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().nonnegative(),
  num_attention_heads: z.number().int().positive(),
  max_position_embeddings: z.number().int().positive(),
  layer_norm_eps: z.number().default(1e-5),
  hidden_act: z.enum(["quick_gelu", "gelu"]).default("quick_gelu"),
  eos_token_id: z.number().int().default(49407),
}).refine(({ hidden_size, num_attention_heads }) => hidden_size % num_attention_heads === 0, { path: ["num_attention_heads"], message: "does not divide hidden_size" });
export type ClipTextConfig = z.infer<typeof clipTextConfig>;

export interface ClipTextOptions {
  /** Also give last_hidden_state [1, S, hidden_size], after the final norm. */
  readonly states?: boolean;
  /** Take attention_bias [1, 1, S, S], 0 where a key is seen, in place of the causal mask. */
  readonly masked?: boolean;
  /** Take position_ids int64 [1, S] in place of 0 … S − 1. */
  readonly positions?: boolean;
}

/** input_ids int64 [1, S], S ≤ max_position_embeddings → pooler_output [1, hidden_size]: the state at the end token. */
export function buildClipText(config: ClipTextConfig, weights: Weights, precision: Precision = "float32", options: ClipTextOptions = {}): GraphBuilder {
  const root = GraphBuilder.create({ name: "clip-text", weights, precision });
  const ids = root.input("input_ids", "int64", [1, "tokens"]);
  // CLIPTextModel checkpoints have a "text_model." level, which Transformers 5 no longer writes.
  const g = weights.has("text_model.final_layer_norm.weight") ? root.at("text_model") : root;
  const positions = options.positions ? root.input("position_ids", "int64", [1, "tokens"]) : undefined;
  const bias = options.masked ? root.input("attention_bias", "float32", [1, 1, "tokens", "tokens"]) : undefined;
  let x = embeddings(g.at("embeddings"), ids, positions, config);
  for (let index = 0; index < config.num_hidden_layers; index++) x = layer(g.at("encoder.layers").at(index), x, bias, config);
  x = norm(g.at("final_layer_norm"), x, config);
  if (options.states) root.output("last_hidden_state", x, [1, "tokens", config.hidden_size]);
  const pooled = g.gather(x, endPosition(g, ids, config), 1); // [1, 1, hidden]
  root.output("pooler_output", g.reshape(pooled, [1, config.hidden_size]), [1, config.hidden_size]);
  return root;
}

/** Token plus learned position, [1, S, hidden]. */
function embeddings(g: GraphBuilder, ids: Value, positions: Value | undefined, config: ClipTextConfig): Value {
  const { vocab_size, hidden_size, max_position_embeddings } = config;
  const tokens = embedding(g.at("token_embedding"), ids, vocab_size, hidden_size);
  const table = g.at("position_embedding").weight("weight", [max_position_embeddings, hidden_size]);
  return g.add(tokens, positions ? g.gather(table, positions) : g.slice(table, 0, 0, g.shape(ids, 1, 2)));
}

function layer(g: GraphBuilder, input: Value, bias: Value | undefined, config: ClipTextConfig): Value {
  const x = g.add(input, selfAttention(g.at("self_attn"), norm(g.at("layer_norm1"), input, config), bias, config));
  return g.add(x, mlp(g.at("mlp"), norm(g.at("layer_norm2"), x, config), config));
}

function selfAttention(g: GraphBuilder, x: Value, bias: Value | undefined, { hidden_size: hidden, num_attention_heads: heads }: ClipTextConfig): Value {
  const project = (name: string) => linear(g.at(name), x, hidden, hidden);
  const attended = attention(g, {
    query: project("q_proj"), key: project("k_proj"), value: project("v_proj"), heads, headDim: hidden / heads, ...(bias ? { bias } : { causal: true }),
  });
  return linear(g.at("out_proj"), attended, hidden, hidden);
}

function mlp(g: GraphBuilder, x: Value, { hidden_size, intermediate_size, hidden_act }: ClipTextConfig): Value {
  const wide = linear(g.at("fc1"), x, hidden_size, intermediate_size);
  return linear(g.at("fc2"), hidden_act === "gelu" ? gelu(g, wide) : quickGelu(g, wide), intermediate_size, hidden_size);
}

function norm(g: GraphBuilder, x: Value, config: ClipTextConfig): Value {
  return layerNorm(g, x, config.hidden_size, { eps: config.layer_norm_eps });
}

/**
 * int64 [1]: where the end token first stands. Configs from before Transformers 4.31 carry eos_token_id 2, which is
 * wrong; for those the position of the highest id is taken, which in CLIP's vocabulary is the end token.
 */
function endPosition(g: GraphBuilder, ids: Value, { eos_token_id }: ClipTextConfig): Value {
  const score = eos_token_id === 2 ? ids : g.node("Equal", [ids, g.scalar(eos_token_id, "int64")], {}, { type: "bool" });
  // ONNX Runtime has no int64 ArgMax. Of equal scores the first wins, as in PyTorch.
  return g.node("ArgMax", [g.cast(score, "int32")], { axis: int(1), keepdims: int(0) }, { type: "int64" });
}
