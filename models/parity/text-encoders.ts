/** T5EncoderModel and CLIPTextModel as Transformers' users call them. */
import { z } from "zod";
import { buildClipText, clipTextConfig } from "../architectures/clip-text";
import { buildT5Encoder, t5Config } from "../architectures/t5-encoder";
import { float32, type Tensor } from "../tensor";
import { placed, renamed, type Bundle } from "./bundle";
import type { Computed } from "./comparison";
import type { Component } from "./component";
import { eachRow, row } from "./rows";

/** A whole CLIP model's config.json keeps the text part's below this. */
const textConfig = <T>(schema: z.ZodType<T>) =>
  z.preprocess((json) => (typeof json === "object" && json !== null && "text_config" in json ? json.text_config : json), schema);

export const t5Encoder: Component = {
  inputs: ["input_ids", "attention_mask?"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(t5Config);
    const ids = tokenIds(inputs, config.vocab_size);
    const [batch, length] = ids.dims as [number, number];
    const mask = inputs.optionalMask("attention_mask", ["B", "S"]);
    // A T5Stack alone is saved without "encoder.".
    const encoder = placed(weights, "block.0.layer.0.SelfAttention.q.weight", "encoder.", (name) => name.includes("decoder."));
    const named = renamed(encoder, (name) => (/(^|\.)shared\.weight$/.test(name) ? "shared.weight" : name));
    const graph = buildT5Encoder(config, named, "float32", { masked: mask !== undefined });
    const states = await eachRow(batch, (index) =>
      run(graph, { input_ids: row(ids, index), ...(mask && { attention_bias: visibilityBias(row(mask, index), false) }) }));
    return { last_hidden_state: { tensor: states["last_hidden_state"]!, aliases: stateAliases, ...(mask && { leftOut: blindTokens(mask, length, false) }) } };
  },
};

export const clipText: Component = {
  inputs: ["input_ids", "attention_mask?", "position_ids?"],
  async compute({ config: read, weights, inputs }, run) {
    const config = read(textConfig(clipTextConfig));
    const ids = tokenIds(inputs, config.vocab_size);
    const [batch, length] = ids.dims as [number, number];
    if (length > config.max_position_embeddings) throw inputs.problem("input_ids", `has ${length} tokens; max_position_embeddings in config.json is ${config.max_position_embeddings}.`);
    const mask = inputs.optionalMask("attention_mask", ["B", "S"]);
    const positions = inputs.optionalIntegers("position_ids", [inputs.rank("position_ids") === 2 && inputs.dims("position_ids")[0] === 1 ? 1 : "B", "S"]);
    const named = placed(weights, "embeddings.token_embedding.weight", "text_model.");
    const graph = buildClipText(config, named, "float32", { states: true, masked: mask !== undefined, positions: positions !== undefined });
    const given = await eachRow(batch, (index) =>
      run(graph, {
        input_ids: row(ids, index),
        ...(mask && { attention_bias: visibilityBias(row(mask, index), true) }),
        ...(positions && { position_ids: row(positions, positions.dims[0] === 1 ? 0 : index) }),
      }));
    const leftOut = mask && blindTokens(mask, length, true);
    return {
      last_hidden_state: { tensor: given["last_hidden_state"]!, aliases: stateAliases, ...(leftOut && { leftOut }) },
      pooler_output: { tensor: given["pooler_output"]!, aliases: ["pooled_output", "pooled_projections"], ...(leftOut && { leftOut: blindRows(leftOut.counts, ids, config.eos_token_id) }) },
    };
  },
};

const stateAliases: NonNullable<Computed["aliases"]> = ["hidden_states", "output"];

/** int64 [B, S], each an id of the vocabulary. */
export function tokenIds(inputs: Bundle["inputs"], vocabulary: number): Tensor<"int64"> {
  const ids = inputs.integers("input_ids", ["B", "S"]);
  const stray = ids.data.find((id) => id < 0n || id >= BigInt(vocabulary));
  if (stray !== undefined) throw inputs.problem("input_ids", `holds ${stray}; vocab_size in config.json is ${vocabulary}.`);
  return ids;
}

/** float32 [1, 1, S, S]: 0 where query s sees key t, a number that leaves it no weight elsewhere. */
function visibilityBias(mask: Tensor<"int64">, causal: boolean): Tensor<"float32"> {
  const length = mask.data.length;
  const bias = new Float32Array(length * length);
  for (let query = 0; query < length; query++) {
    for (let key = 0; key < length; key++) if (mask.data[key] === 0n || (causal && key > query)) bias[query * length + key] = -1e9;
  }
  return float32(bias, [1, 1, length, length]);
}

/** Rows whose pooled token, the first end token, may see no key. */
function blindRows(counts: Uint8Array, ids: Tensor<"int64">, end: number): NonNullable<Computed["leftOut"]> {
  const [batch, length] = ids.dims as [number, number];
  const pooled = (index: number) => {
    const row = Array.from(ids.data.subarray(index * length, (index + 1) * length), Number);
    return Math.max(0, row.indexOf(end === 2 ? Math.max(...row) : end));
  };
  return { tokenAxis: 0, counts: Uint8Array.from({ length: batch }, (_, index) => counts[index * length + pooled(index)]!) };
}

/** Tokens that may see no key at all: what they are given differs between attention implementations. */
function blindTokens(mask: Tensor<"int64">, length: number, causal: boolean): NonNullable<Computed["leftOut"]> {
  const counts = Uint8Array.from(mask.data, (_, i) => {
    const start = i - (i % length);
    return mask.data.subarray(start, causal ? i + 1 : start + length).some((one) => one !== 0n) ? 1 : 0;
  });
  return { tokenAxis: 1, counts };
}
