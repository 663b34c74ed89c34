/** What Qwen2.5-VL's frozen text branch and Bifrost-1's visual generation branch share: the config and one layer. */
import { z } from "zod";
import { float32, type Tensor } from "../tensor";
import { attention, type AttentionListener, headsFirst, headsLast, rotary, type RotaryTables } from "../graph/attention";
import { type GraphBuilder, type Value } from "../graph/graph-builder";
import { embedding, linear, rmsNorm, silu } from "../graph/layers";

/** Transformers 4 calls it `rope_scaling` and says `type`, Transformers 5 `rope_parameters` and `rope_type`. */
const plainRope = z.enum(["default", "mrope"], { error: "only the default rotary positions are supported, plain or M-RoPE" });
const ropeFields = z
  .looseObject({ rope_theta: z.number().optional(), type: plainRope.nullish(), rope_type: plainRope.nullish(), mrope_section: z.array(z.number().int().nonnegative()).length(3).nullish() })
  .nullish();

/** The released config.json has these fields at the top level; Transformers 5 writes them under `text_config`. */
export const qwenTextConfig = z.preprocess(
  (json) => {
    if (typeof json !== "object" || json === null || !("text_config" in json)) return json;
    const text = json.text_config as object;
    // Whether lm_head is tied is a matter of the whole model, which the text part may contradict by its default.
    return { ...json, ...text, ...("tie_word_embeddings" in json ? { tie_word_embeddings: json.tie_word_embeddings } : {}) };
  },
  z
    .object({
      hidden_act: z.literal("silu").default("silu"),
      vocab_size: z.number().int().positive(),
      hidden_size: z.number().int().positive(),
      intermediate_size: z.number().int().positive(),
      num_hidden_layers: z.number().int().positive(),
      num_attention_heads: z.number().int().positive(),
      num_key_value_heads: z.number().int().positive(),
      rms_norm_eps: z.number().default(1e-6),
      rope_theta: z.number().optional(),
      rope_parameters: ropeFields,
      rope_scaling: ropeFields,
      use_sliding_window: z.literal(false, { error: "sliding window attention is not supported" }).nullish(),
      tie_word_embeddings: z.boolean().nullish(),
    })
    .superRefine(({ hidden_size, num_attention_heads: heads, num_key_value_heads: kvHeads, rope_parameters, rope_scaling }, context) => {
      const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: field.split("."), message });
      const half = hidden_size / heads / 2;
      if (!Number.isInteger(half)) return refuse("num_attention_heads", `${heads} should divide hidden_size ${hidden_size} into even parts`);
      if (heads % kvHeads !== 0) refuse("num_key_value_heads", `${kvHeads} does not divide num_attention_heads ${heads}`);
      for (const [name, rope] of Object.entries({ rope_parameters, rope_scaling })) {
        const sections = rope?.mrope_section;
        if (sections && sections.reduce((sum, pairs) => sum + pairs, 0) !== half) refuse(`${name}.mrope_section`, `[${sections.join(", ")}] should sum to ${half}, half of a head`);
      }
    })
    .transform(({ rope_theta, rope_parameters, rope_scaling, hidden_act: _act, use_sliding_window: _window, ...config }) => ({
      ...config,
      rope_theta: rope_theta ?? rope_parameters?.rope_theta ?? rope_scaling?.rope_theta ?? 1e6,
      /** Of a head's angles, how many turn with the temporal, height and width position. Needed where the three differ. */
      mrope_section: rope_parameters?.mrope_section ?? rope_scaling?.mrope_section ?? undefined,
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
  readonly onAttention?: AttentionListener;
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

export interface Visibility {
  /** Position s sees positions 0…s. Not together with a prefix. */
  readonly causal?: boolean;
  /** Keys and values before the layer's own, seen by every position. */
  readonly prefix?: KeyValue;
  /** Added to the scores, [1, 1, S, P + S]: what else is hidden. */
  readonly bias?: Value;
}

/**
 * One decoder layer, x [1, S, hidden] → the same, with its own keys and values, and those of the prefix and its own
 * in one: [1, P + S, kvHeads · headDim].
 */
export function decoderLayer(g: GraphBuilder, x: Value, layer: Layer, visibility: Visibility): KeyValue & { x: Value; joined: KeyValue } {
  const { branch, config } = layer;
  const { normed: before, key, value } = keyValue(g, x, layer);
  const { prefix } = visibility;
  const joined = prefix ? { key: g.concat([prefix.key, key], 1), value: g.concat([prefix.value, value], 1) } : { key, value };
  const attended = selfAttention(g.at("self_attn"), before, joined, layer, visibility);
  const middle = g.add(x, attended);
  const normed = norm(g.at(`${branch}post_attention_layernorm`), middle, config);
  return { x: g.add(middle, gatedMlp(g.at(`${branch}mlp`), normed, config)), key, value, joined };
}

function selfAttention(
  g: GraphBuilder, normed: Value, joined: KeyValue, { branch, config, tables, onAttention }: Layer, { causal = false, bias }: Visibility,
): Value {
  const { hidden_size, num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim } = config;
  const query = linear(g.at(`${branch}q_proj`), normed, hidden_size, heads * head_dim);
  const inputs = { query: tables ? rotary(g, query, tables, heads) : query, ...joined, heads, kvHeads, headDim: head_dim, causal, ...(bias ? { bias } : {}) };
  const attended = attention(g, inputs);
  onAttention?.(inputs);
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

/** Rows of the token embedding. ids int64 [1, S] → [1, S, hidden]. */
export function tokenEmbeddings(model: GraphBuilder, ids: Value, config: QwenTextConfig): Value {
  return embedding(model.at("embed_tokens"), ids, config.vocab_size, config.hidden_size);
}

/** Names a layer's keys and values [1, S, kvHeads · headDim] as outputs [1, kvHeads, S, headDim]. */
export function keyValueOutputs(g: GraphBuilder, index: number, { key, value }: KeyValue, config: QwenTextConfig, tokens: string): void {
  const { num_key_value_heads: heads, head_dim: size } = config;
  const name = (kind: string, states: Value) => g.output(`${kind}.${index}`, headsFirst(g, states, heads, size), [1, heads, tokens, size]);
  name("key", key);
  name("value", value);
}

/**
 * The language model's place in the checkpoint: below Bifrost-1's wrapper, or at the places where Qwen2.5-VL's own
 * checkpoints keep it (Transformers 4 and 5).
 */
export function languageModel(g: GraphBuilder): GraphBuilder {
  const places = ["vision_language_model.model", "model.language_model", "model"];
  // Any of these: were one of them missing and the place with it, every other tensor would seem to be missing too.
  const marks = ["embed_tokens.weight", "layers.0.input_layernorm.weight", "norm.weight"];
  return g.at(places.find((place) => marks.some((mark) => g.has(`${place}.${mark}`))) ?? places[0]!);
}

/** Temporal, height and width position of one token; for text the three are equal. */
export type MropePosition = readonly [number, number, number];

/**
 * M-RoPE tables for tokens at these positions, float32 [1, S, headDim / 2] each: pair i turns by
 * position · theta^(−2i / headDim), with the temporal position in the first section, height in the second, width in the
 * third. Throws a RangeError where a position's three numbers differ and the config has no sections.
 */
export function mropeTables(positions: readonly MropePosition[], config: QwenTextConfig): { cos: Tensor<"float32">; sin: Tensor<"float32"> } {
  const half = config.head_dim / 2;
  const axes = pairAxes(positions, config, half);
  const cos = new Float32Array(positions.length * half);
  const sin = new Float32Array(positions.length * half);
  positions.forEach((position, token) => {
    for (let pair = 0; pair < half; pair++) {
      const angle = position[axes[pair]!]! * config.rope_theta ** (-pair / half);
      cos[token * half + pair] = Math.cos(angle);
      sin[token * half + pair] = Math.sin(angle);
    }
  });
  return { cos: float32(cos, [1, positions.length, half]), sin: float32(sin, [1, positions.length, half]) };
}

/** The axis that each pair of a head turns with. */
function pairAxes(positions: readonly MropePosition[], { mrope_section: sections }: QwenTextConfig, half: number): number[] {
  const axes = sections?.flatMap((pairs, axis) => Array<number>(pairs).fill(axis));
  if (axes?.length === half) return axes;
  if (positions.every(([t, h, w]) => t === h && h === w)) return Array<number>(half).fill(0);
  throw new RangeError(`A head has ${half} rotary pairs, the config's mrope_section [${sections?.join(", ") ?? ""}] divides ${axes?.length ?? 0}. Take config.json from the model's own repository.`);
}

/** M-RoPE tables for a text of so many tokens, from position 0 on. */
export function textRotaryTables(length: number, config: QwenTextConfig): { cos: Tensor<"float32">; sin: Tensor<"float32"> } {
  return mropeTables(Array.from({ length }, (_, i) => [i, i, i] as const), config);
}
