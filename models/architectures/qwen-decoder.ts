/** What Qwen2.5-VL's frozen text branch and Bifrost-1's visual generation branch share: the config and one layer. */
import { z } from "zod";
import { float32, type Tensor } from "../tensor";
import { attention, headsLast, rotary, type RotaryTables } from "../graph/attention";
import { type GraphBuilder, type Value } from "../graph/graph-builder";
import { linear, rmsNorm, silu } from "../graph/layers";

const ropeFields = z.looseObject({ rope_theta: z.number().optional() }).nullish();

/** The released config.json has these fields at the top level; Transformers 5 writes them under `text_config`. */
export const qwenTextConfig = z.preprocess(
  (json) => (typeof json === "object" && json !== null && "text_config" in json ? { ...json, ...(json.text_config as object) } : json),
  z
    .object({
      vocab_size: z.number().int(),
      hidden_size: z.number().int(),
      intermediate_size: z.number().int(),
      num_hidden_layers: z.number().int(),
      num_attention_heads: z.number().int(),
      num_key_value_heads: z.number().int(),
      rms_norm_eps: z.number().default(1e-6),
      rope_theta: z.number().optional(),
      rope_parameters: ropeFields,
      rope_scaling: ropeFields,
    })
    .transform(({ rope_theta, rope_parameters, rope_scaling, ...config }) => ({
      ...config,
      rope_theta: rope_theta ?? rope_parameters?.rope_theta ?? rope_scaling?.rope_theta ?? 1e6,
      head_dim: config.hidden_size / config.num_attention_heads,
    })),
);
export type QwenTextConfig = z.output<typeof qwenTextConfig>;

export interface Layer {
  /** "" for the text branch, "vision_branch_" for the visual one: the two lie side by side in the checkpoint. */
  readonly branch: "" | "vision_branch_";
  readonly config: QwenTextConfig;
  /** Left out where every position is 0, and the rotation the identity. */
  readonly tables?: RotaryTables;
}

/** Rotated keys, and values: each [1, S, kvHeads · headDim]. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/** The layer's normed input and the keys and values made of it. */
export function keyValue(g: GraphBuilder, x: Value, layer: Layer): KeyValue & { normed: Value } {
  const { branch, config, tables } = layer;
  const { hidden_size, num_key_value_heads: heads, head_dim } = config;
  const normed = norm(g.at(`${branch}input_layernorm`), x, config);
  const key = linear(g.at(`self_attn.${branch}k_proj`), normed, hidden_size, heads * head_dim);
  const value = linear(g.at(`self_attn.${branch}v_proj`), normed, hidden_size, heads * head_dim);
  return { normed, key: tables ? rotary(g, key, tables, heads) : key, value };
}

/**
 * One decoder layer, x [1, S, hidden] → the same. Its positions attend to `prefix` in full and, among themselves,
 * causally or in full.
 */
export function decoderLayer(
  g: GraphBuilder, x: Value, layer: Layer, options: { causal: boolean; prefix?: KeyValue },
): KeyValue & { x: Value } {
  const { branch, config } = layer;
  const own = keyValue(g, x, layer);
  const { causal, prefix } = options;
  const key = prefix ? g.concat([prefix.key, own.key], 1) : own.key; // [1, P + S, kvHeads · headDim]
  const value = prefix ? g.concat([prefix.value, own.value], 1) : own.value;
  const attended = selfAttention(g.at("self_attn"), own.normed, { key, value }, layer, causal);
  const middle = g.add(x, attended);
  const normed = norm(g.at(`${branch}post_attention_layernorm`), middle, config);
  return { x: g.add(middle, gatedMlp(g.at(`${branch}mlp`), normed, config)), key: own.key, value: own.value };
}

function selfAttention(g: GraphBuilder, normed: Value, joined: KeyValue, { branch, config, tables }: Layer, causal: boolean): Value {
  const { hidden_size, num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim } = config;
  const query = linear(g.at(`${branch}q_proj`), normed, hidden_size, heads * head_dim);
  const attended = attention(g, {
    query: tables ? rotary(g, query, tables, heads) : query, ...joined, heads, kvHeads, headDim: head_dim, causal,
  });
  return linear(g.at(`${branch}o_proj`), attended, heads * head_dim, hidden_size, { bias: false });
}

function gatedMlp(g: GraphBuilder, x: Value, { hidden_size, intermediate_size }: QwenTextConfig): Value {
  const gate = silu(g, linear(g.at("gate_proj"), x, hidden_size, intermediate_size, { bias: false }));
  const up = linear(g.at("up_proj"), x, hidden_size, intermediate_size, { bias: false });
  return linear(g.at("down_proj"), g.mul(gate, up), intermediate_size, hidden_size, { bias: false });
}

export function norm(g: GraphBuilder, x: Value, config: QwenTextConfig): Value {
  return rmsNorm(g, x, config.hidden_size, { eps: config.rms_norm_eps });
}

/** A graph-border key or value, [1, kvHeads, S, headDim], as the layer takes it. */
export function fromBorder(g: GraphBuilder, value: Value, { num_key_value_heads, head_dim }: QwenTextConfig): Value {
  return headsLast(g, value, num_key_value_heads, head_dim);
}

/**
 * The language model's place in the checkpoint: below Bifrost-1's wrapper, or at the places where Qwen2.5-VL's own
 * checkpoints keep it (Transformers 4 and 5).
 */
export function languageModel(g: GraphBuilder): GraphBuilder {
  const places = ["vision_language_model.model", "model.language_model", "model"];
  return g.at(places.find((place) => g.has(`${place}.layers.0.input_layernorm.weight`)) ?? "vision_language_model.model");
}

/**
 * M-RoPE tables for text, float32 [1, S, headDim / 2] each. A text token's temporal, height and width positions are
 * equal, so the three sections of a head turn by the same angles: position · theta^(−2i / headDim).
 */
export function textRotaryTables(length: number, config: QwenTextConfig): { cos: Tensor<"float32">; sin: Tensor<"float32"> } {
  const half = config.head_dim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let position = 0; position < length; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * config.rope_theta ** (-pair / half);
      cos[position * half + pair] = Math.cos(angle);
      sin[position * half + pair] = Math.sin(angle);
    }
  }
  return { cos: float32(cos, [1, length, half]), sin: float32(sin, [1, length, half]) };
}
