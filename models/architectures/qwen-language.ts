/**
 * Qwen2.5-VL's language model as it answers questions about an image (Bai et al. 2025, arXiv 2502.13923): the frozen
 * text branch with patch embeddings in place of image tokens, past keys and values, and next-token logits.
 *
 * One graph serves the prompt (no past, all tokens at once) and each answer token (all that came before as past).
 */
import { CheckpointError } from "../checkpoints/safetensors";
import type { Weights } from "../checkpoints/weights";
import { GraphBuilder, type Precision, type Value } from "../graph/graph-builder";
import { linear } from "../graph/layers";
import { said } from "../said";
import { decoderLayer, fromBorder, keyValueOutputs, languageModel, norm, tokenEmbeddings, type MropePosition, type QwenTextConfig } from "./qwen-decoder";

/**
 * input_ids int64 [1, S]; patch_latents [1, N, hidden], which replace the embeddings of the N tokens from image_start
 * int64 [1] on (N may be 0); cos and sin [1, S, headDim / 2] (see `mropeTables`); for every layer i past_key.{i} and
 * past_value.{i} [1, kvHeads, P, headDim], P may be 0 → logits [1, vocab_size] of the last position, and key.{i} and
 * value.{i} [1, kvHeads, P + S, headDim], the next run's past.
 */
export function buildQwenLanguage(config: QwenTextConfig, weights: Weights, precision: Precision = "float32"): GraphBuilder {
  const g = GraphBuilder.create({ name: "qwen-language", weights, precision });
  const { hidden_size: hidden, num_key_value_heads: heads, head_dim: size } = config;
  const ids = g.input("input_ids", "int64", [1, "tokens"]);
  const patches = g.input("patch_latents", "float32", [1, "latents", hidden]);
  const start = g.input("image_start", "int64", [1]);
  const table = [1, "tokens", size / 2] as const;
  const tables = { cos: g.input("cos", "float32", table), sin: g.input("sin", "float32", table), pairs: "halves" } as const;
  const past = (kind: string, index: number) => g.input(`past_${kind}.${index}`, "float32", [1, heads, "past", size]);
  const pasts = Array.from({ length: config.num_hidden_layers }, (_, index) => ({ key: past("key", index), value: past("value", index) }));

  const model = languageModel(g);
  let x = withPatches(g, tokenEmbeddings(model, ids, config), patches, start); // [1, S, hidden]
  const bias = causalBias(g, ids, pasts[0]!.key);
  pasts.forEach(({ key, value }, index) => {
    const prefix = { key: fromBorder(g, key, config), value: fromBorder(g, value, config) };
    const step = decoderLayer(model.at("layers").at(index), x, { branch: "", config, tables }, { prefix, bias });
    keyValueOutputs(g, index, step.joined, config, "all_tokens");
    x = step.x;
  });
  const last = norm(model.at("norm"), g.slice(x, 1, -1), config); // [1, 1, hidden]
  g.output("logits", g.reshape(languageHead(g, model, last, config), [1, config.vocab_size]), [1, config.vocab_size]);
  return g;
}

/** The token embeddings with patches in place of those from `start` on. */
function withPatches(g: GraphBuilder, tokens: Value, patches: Value, start: Value): Value {
  const end = g.add(start, g.shape(patches, 1, 2));
  return g.concat([g.slice(tokens, 1, 0, start), patches, g.slice(tokens, 1, end)], 1);
}

/** [1, 1, S, P + S]: position s sees all P past positions and the new ones 0…s. */
function causalBias(g: GraphBuilder, ids: Value, pastKey: Value): Value {
  const range = (end: Value) => g.node("Range", [g.scalar(0, "int64"), g.node("Squeeze", [end]), g.scalar(1, "int64")]);
  const [tokens, past] = [g.shape(ids, 1, 2), g.shape(pastKey, 2, 3)];
  const queries = g.add(g.unsqueeze(range(tokens), [1]), past); // [S, 1]
  const keys = g.unsqueeze(range(g.add(tokens, past)), [0]); // [1, P + S]
  const later = g.cast(g.node("Greater", [keys, queries], {}, { type: "bool" }), "float32"); // [S, P + S]
  // Low enough for weight 0 and within float16's range.
  return g.cast(g.unsqueeze(g.mul(later, g.scalar(-30_000, "float32")), [0, 1]), g.precision);
}

/** Logits over the vocabulary, by lm_head or, in a checkpoint that ties the two, by the token embedding. */
function languageHead(g: GraphBuilder, model: GraphBuilder, x: Value, { hidden_size, vocab_size, tie_word_embeddings: tied }: QwenTextConfig): Value {
  const place = ["vision_language_model.lm_head", "lm_head"].find((name) => g.has(`${name}.weight`));
  if (place) return linear(g.at(place), x, hidden_size, vocab_size, { bias: false });
  if (tied === false) {
    throw new CheckpointError(said("{source} has no lm_head.weight, and its config.json says that it is not tied to the token embedding. Download all of the checkpoint's shards.", { source: g.weights.source }));
  }
  return linear(model.at("embed_tokens"), x, hidden_size, vocab_size, { bias: false });
}

export interface ConversationPositions {
  /** One for each token. */
  readonly positions: readonly MropePosition[];
  /** All three positions of the token that follows the last one; each further token adds 1. */
  readonly next: number;
  /** Where the image's tokens begin, and how many there are. 0 and 0 without an image. */
  readonly imageStart: number;
  readonly imageTokens: number;
}

/**
 * Qwen2.5-VL's positions for a conversation with at most one image (Transformers' get_rope_index): text counts up in
 * all three axes, an image token adds its row and column on the merged grid of `rows` × `columns`, and the text after
 * it goes on after the grid's longer side. Throws a RangeError when the image's tokens do not fit the grid.
 */
export function conversationPositions(ids: readonly number[], imageToken: number, rows: number, columns: number): ConversationPositions {
  const first = ids.indexOf(imageToken);
  const count = ids.filter((id) => id === imageToken).length;
  const contiguous = ids.slice(first, first + count).every((id) => id === imageToken);
  if (count > 0 && (!contiguous || count !== rows * columns)) {
    throw new RangeError(`A conversation with one image of ${rows} × ${columns} patch latents needs ${rows * columns} image tokens in a row, got ${count}${contiguous ? "" : " in several places"}.`);
  }
  const imageStart = count > 0 ? first : 0;
  const after = imageStart + (count > 0 ? Math.max(rows, columns) : 0);
  const positions = ids.map((_, i): MropePosition => {
    const inside = i - imageStart;
    if (inside < 0) return [i, i, i];
    if (inside < count) return [imageStart, imageStart + Math.floor(inside / columns), imageStart + (inside % columns)];
    const position = after + inside - count;
    return [position, position, position];
  });
  return { positions, next: after + ids.length - imageStart - count, imageStart, imageTokens: count };
}
