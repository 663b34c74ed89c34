/** T5's encoder (Raffel et al. 2020, arXiv 1910.10683): no biases, RMS norms; v1.1 with gated GELU as FLUX uses it, or v1.0. */
import { z } from "zod";
import type { Weights } from "../checkpoints/weights";
import { attention } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { embedding, gelu, linear, rmsNorm } from "../graph/layers";

/** The fields of text_encoder_2/config.json that shape the graph. */
export const t5Config = z.object({
  vocab_size: z.number().int().positive(),
  d_model: z.number().int().positive(),
  d_kv: z.number().int().positive(),
  d_ff: z.number().int().positive(),
  num_layers: z.number().int().positive(),
  num_heads: z.number().int().positive(),
  // Of fewer than four, none is left for near distances, and the reference takes the logarithm of infinity.
  relative_attention_num_buckets: z.number().int().min(4).default(32),
  // The graph holds a table of twice as many.
  relative_attention_max_distance: z.number().int().max(65_536, { error: "above 65536 is not supported" }).default(128),
  layer_norm_epsilon: z.number().default(1e-6),
  feed_forward_proj: z.enum(["gated-gelu", "relu"]),
}).superRefine(({ relative_attention_num_buckets: buckets, relative_attention_max_distance: max }, context) => {
  const exact = exactBuckets(buckets);
  if (max <= exact) context.addIssue({ code: "custom", path: ["relative_attention_max_distance"], message: `is ${max}, and should be above ${exact}, up to which ${buckets} buckets hold one distance each` });
});
export type T5Config = z.infer<typeof t5Config>;

/**
 * input_ids int64 [1, S] → last_hidden_state [1, S, d_model]. Padding is attended to, as diffusers' FLUX does, unless
 * the graph is built `masked`: then it takes attention_bias [1, 1, S, S] more, 0 where a key is seen.
 */
export function buildT5Encoder(config: T5Config, weights: Weights, precision: Precision = "float32", { masked = false } = {}): GraphBuilder {
  const g = GraphBuilder.create({ name: "t5-encoder", weights, precision });
  const ids = g.input("input_ids", "int64", [1, "tokens"]);
  const encoder = g.at("encoder");
  const distance = positionBias(encoder.at("block.0.layer.0.SelfAttention.relative_attention_bias"), ids, config);
  const bias = masked ? g.add(distance, g.input("attention_bias", "float32", [1, 1, "tokens", "tokens"])) : distance;
  // T5EncoderModel ties the two names and saves one of them.
  let x = embedding(g.has("shared.weight") ? g.at("shared") : encoder.at("embed_tokens"), ids, config.vocab_size, config.d_model); // [1, S, d_model]
  for (let index = 0; index < config.num_layers; index++) x = block(encoder.at("block").at(index), x, bias, config);
  x = norm(encoder.at("final_layer_norm"), x, config);
  g.output("last_hidden_state", x, [1, "tokens", config.d_model]);
  return g;
}

function block(g: GraphBuilder, input: Value, bias: Value, config: T5Config): Value {
  const [attend, feed] = [g.at("layer.0"), g.at("layer.1")];
  const x = g.add(input, selfAttention(attend.at("SelfAttention"), norm(attend.at("layer_norm"), input, config), bias, config));
  return g.add(x, feedForward(feed.at("DenseReluDense"), norm(feed.at("layer_norm"), x, config), config));
}

function selfAttention(g: GraphBuilder, x: Value, bias: Value, config: T5Config): Value {
  const { d_model, num_heads, d_kv } = config;
  const project = (name: string) => linear(g.at(name), x, d_model, num_heads * d_kv, { bias: false });
  const attended = attention(g, {
    query: project("q"), key: project("k"), value: project("v"),
    heads: num_heads, headDim: d_kv, bias, scale: 1, // T5 folds 1/√d into its initialisation
  });
  return linear(g.at("o"), attended, num_heads * d_kv, d_model, { bias: false });
}

function feedForward(g: GraphBuilder, x: Value, { d_model, d_ff, feed_forward_proj }: T5Config): Value {
  if (feed_forward_proj === "relu") {
    const wide = g.node("Relu", [linear(g.at("wi"), x, d_model, d_ff, { bias: false })]);
    return linear(g.at("wo"), wide, d_ff, d_model, { bias: false });
  }
  const gate = gelu(g, linear(g.at("wi_0"), x, d_model, d_ff, { bias: false }), "tanh");
  const up = linear(g.at("wi_1"), x, d_model, d_ff, { bias: false });
  return linear(g.at("wo"), g.mul(gate, up), d_ff, d_model, { bias: false });
}

function norm(g: GraphBuilder, x: Value, config: T5Config): Value {
  return rmsNorm(g, x, config.d_model, { eps: config.layer_norm_epsilon });
}

/**
 * What is added to the scores, [1, heads, S, S]: one learned number per head and bucket of (key − query) distance.
 * Beyond the largest distance all fall into one bucket, so a table over −max … max serves every length.
 */
function positionBias(g: GraphBuilder, ids: Value, config: T5Config): Value {
  const { num_heads: heads, relative_attention_num_buckets: buckets, relative_attention_max_distance: max } = config;
  const distances = Array.from({ length: 2 * max + 1 }, (_, i) => i - max);
  const bucketOf = g.constant(distances.map((distance) => distanceBucket(distance, buckets, max)), [distances.length], "int64");
  const table = g.gather(g.weight("weight", [buckets, heads]), bucketOf); // [2 max + 1, heads]

  const length = g.node("Squeeze", [g.shape(ids, 1, 2)]); // a scalar, as Range wants it
  const positions = g.node("Range", [g.scalar(0, "int64"), length, g.scalar(1, "int64")]); // [S]
  const relative = g.sub(g.unsqueeze(positions, [0]), g.unsqueeze(positions, [1])); // [S, S]: key − query
  const clipped = g.node("Clip", [relative, g.scalar(-max, "int64"), g.scalar(max, "int64")]);
  const bias = g.gather(table, g.add(clipped, g.scalar(max, "int64"))); // [S, S, heads]
  return g.unsqueeze(g.transpose(bias, [2, 0, 1]), [0]); // [1, heads, S, S]
}

/** Distances that have a bucket each, in either direction. */
function exactBuckets(buckets: number): number {
  return Math.floor(Math.floor(buckets / 2) / 2);
}

/**
 * Half of the buckets are for keys after the query; in each half, near distances have one bucket each and farther
 * ones share buckets that widen logarithmically up to `max`. Computed in float32 as PyTorch does, where rounding
 * decides which side of a border a distance falls on.
 */
export function distanceBucket(distance: number, buckets: number, max: number): number {
  const half = Math.floor(buckets / 2);
  const side = distance > 0 ? half : 0;
  const size = Math.abs(distance);
  const exact = exactBuckets(buckets);
  if (size < exact) return side + size;
  const f = Math.fround;
  const log = f(Math.log(f(size / exact)));
  const wide = exact + Math.trunc(f(f(log / f(Math.log(max / exact))) * (half - exact)));
  return side + Math.min(wide, half - 1);
}
