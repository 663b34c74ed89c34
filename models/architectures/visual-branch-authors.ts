/**
 * The visual generation branch as the authors' script runs it (Lin et al. 2025, arXiv 2508.05954): every iteration
 * takes the padded text and all image positions through every layer, computes both branches at every position and
 * blends them by mask. The prediction is the same as that of visual-branch.ts over the text's keys and values, for
 * 4.3 times the multiply-adds per guidance half; it is here to be compared with.
 */
import { attention, rotary, type RotaryTables } from "../graph/attention";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { embedding, linear, silu } from "../graph/layers";
import { float32, int64, type Tensor } from "../tensor";
import type { Weights } from "../checkpoints/weights";
import { BIFROST_TEXT_LENGTH } from "../tokenizers/prompt-tokens";
import { languageModel, norm, textRotaryTables, type QwenTextConfig } from "./qwen-decoder";
import { masked, type VisualBranchConfig } from "./visual-branch";

/** What the softmax turns into 0. Finite: a padding position that sees nothing must not become NaN. */
const hidden = -1e4;

/** Runs a layer's text and visual parameters at every position and keeps, at each, the one that serves it. */
type Both = (layer: (branch: "" | "vision_branch_") => Value) => Value;

/**
 * With T = textLength, N image positions and L = T + N: input_ids int64 [B, T] padded on the left, attention_bias
 * [B, 1, L, L], cos and sin [B, L, headDim / 2] (see `authorsInputs`), patch_latents [1, N, hidden] and mask [1, N],
 * shared by the batch → prediction [B, N, hidden].
 */
export function buildVisualBranchAuthors(
  config: VisualBranchConfig, weights: Weights, precision: Precision = "float32", textLength = BIFROST_TEXT_LENGTH,
): GraphBuilder {
  const g = GraphBuilder.create({ name: "visual-branch-authors", weights, precision });
  const { hidden_size: size, num_visual_gen_tokens: count } = config;
  const length = textLength + count;
  const ids = g.input("input_ids", "int64", ["batch", textLength]);
  const bias = g.input("attention_bias", "float32", ["batch", 1, length, length]);
  const table = ["batch", length, config.head_dim / 2] as const;
  const tables: RotaryTables = { cos: g.input("cos", "float32", table), sin: g.input("sin", "float32", table), pairs: "halves" };
  const latents = g.input("patch_latents", "float32", [1, count, size], { exact: true });
  const mask = g.input("mask", "float32", [1, count], { exact: true });
  const both = blend(g, textLength, count);

  const model = languageModel(g);
  const text = embedding(model.at("embed_tokens"), ids, config.vocab_size, size); // [B, T, hidden]
  const image = g.add(masked(g, latents, mask, config), g.weight("learnable_pos_emb", [1, count, size]));
  const rows = g.concat([g.shape(ids, 0, 1), g.constant([1, 1], [2], "int64")], 0);
  let x = g.concat([text, g.expand(image, rows)], 1); // [B, L, hidden]
  for (let index = 0; index < config.num_hidden_layers; index++) x = layer(model.at("layers").at(index), x, { bias, tables, both, config });
  const predicted = norm(model.at("vision_branch_norm"), g.slice(x, 1, textLength), config);
  g.output("prediction", linear(g.at("vision_head"), predicted, size, size), ["batch", count, size]);
  return g;
}

interface Context {
  readonly bias: Value;
  readonly tables: RotaryTables;
  readonly both: Both;
  readonly config: QwenTextConfig;
}

function layer(g: GraphBuilder, x: Value, context: Context): Value {
  const { both, config } = context;
  const normed = both((branch) => norm(g.at(`${branch}input_layernorm`), x, config));
  const middle = g.add(x, selfAttention(g.at("self_attn"), normed, context));
  const after = both((branch) => norm(g.at(`${branch}post_attention_layernorm`), middle, config));
  return g.add(middle, both((branch) => gatedMlp(g.at(`${branch}mlp`), after, config)));
}

function selfAttention(g: GraphBuilder, x: Value, { bias, tables, both, config }: Context): Value {
  const { hidden_size: size, num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim: headDim } = config;
  const project = (name: string, count: number) => both((branch) => linear(g.at(`${branch}${name}_proj`), x, size, count * headDim));
  const query = rotary(g, project("q", heads), tables, heads);
  const key = rotary(g, project("k", kvHeads), tables, kvHeads);
  const attended = attention(g, { query, key, value: project("v", kvHeads), heads, kvHeads, headDim, bias });
  return both((branch) => linear(g.at(`${branch}o_proj`), attended, heads * headDim, size, { bias: false }));
}

function gatedMlp(g: GraphBuilder, x: Value, { hidden_size: size, intermediate_size: wide }: QwenTextConfig): Value {
  const gate = silu(g, linear(g.at("gate_proj"), x, size, wide, { bias: false }));
  const up = linear(g.at("up_proj"), x, size, wide, { bias: false });
  return linear(g.at("down_proj"), g.mul(gate, up), wide, size, { bias: false });
}

/** Selected in float32, because Where has no bfloat16 kernel. */
function blend(g: GraphBuilder, textLength: number, count: number): Both {
  const length = textLength + count;
  const positions = Float32Array.from({ length }, (_, position) => (position < textLength ? 0 : 1));
  const isImage = g.node("Greater", [g.constant(positions, [1, length, 1], "float32"), g.scalar(0, "float32")], {}, { type: "bool" });
  return (branches) => {
    const [visual, text] = [branches("vision_branch_"), branches("")].map((value) => g.cast(value, "float32")) as [Value, Value];
    return g.cast(g.node("Where", [isImage, visual, text], {}, { type: "float32" }), g.precision);
  };
}

/**
 * The graph's inputs for one prompt per guidance half, each int64 [1, S] with S ≤ textLength. Text positions are
 * counted from the first token after the padding; every image position is 0. Text sees the text before it, the image
 * sees all text and all of the image, padding is seen by nothing.
 */
export function authorsInputs(prompts: readonly Tensor<"int64">[], config: VisualBranchConfig, textLength = BIFROST_TEXT_LENGTH) {
  const { num_visual_gen_tokens: count, head_dim } = config;
  const [batch, length, half] = [prompts.length, textLength + count, head_dim / 2];
  const ids = new BigInt64Array(batch * textLength); // padding is hidden, so any id will do
  const bias = new Float32Array(batch * length * length).fill(hidden);
  const cos = new Float32Array(batch * length * half).fill(1); // position 0, the image's, turns by no angle
  const sin = new Float32Array(batch * length * half);
  prompts.forEach((prompt, row) => {
    const tokens = prompt.data.length;
    if (tokens === 0 || tokens > textLength) throw new RangeError(`A prompt of ${tokens} tokens does not fit this graph, which takes 1 to ${textLength}.`);
    const first = textLength - tokens;
    ids.set(prompt.data, row * textLength + first);
    const tables = textRotaryTables(tokens, config);
    cos.set(tables.cos.data, (row * length + first) * half);
    sin.set(tables.sin.data, (row * length + first) * half);
    for (let from = first; from < length; from++) {
      const at = (row * length + from) * length;
      bias.fill(0, at + first, at + (from < textLength ? from + 1 : length));
    }
  });
  return {
    input_ids: int64([...ids], [batch, textLength]),
    attention_bias: float32(bias, [batch, 1, length, length]),
    cos: float32(cos, [batch, length, half]),
    sin: float32(sin, [batch, length, half]),
  };
}
