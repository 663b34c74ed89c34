/** Attention behind one function, and the head shuffling and rotary positions around it. */
import { contrib, float, int, type GraphBuilder, type Value } from "./graph-builder";

export interface AttentionInputs {
  /** [B, S, heads · headDim] */
  readonly query: Value;
  /** [B, T, kvHeads · headDim] */
  readonly key: Value;
  /** [B, T, kvHeads · headDim] */
  readonly value: Value;
  readonly heads: number;
  /** Grouped-query attention when smaller than `heads`: query head i reads key head ⌊i · kvHeads / heads⌋. */
  readonly kvHeads?: number;
  readonly headDim: number;
  /** Added to the scores before the softmax: [1 or B, 1 or heads, S, T]. */
  readonly bias?: Value;
  /** Position s sees keys 0…s. Needs S = T. */
  readonly causal?: boolean;
  /** Of the scores; 1/√headDim when left out. T5 uses 1. */
  readonly scale?: number;
}

/**
 * Softmax(query · keyᵀ · scale + bias) · value → [B, S, heads · headDim].
 *
 * MultiHeadAttention without bias and causal mask takes ONNX Runtime's flash kernel on CPU, which never holds the
 * score matrix; on CUDA it runs in every float type. Past keys are never passed to it: without declared present
 * outputs it gives wrong numbers silently. A prefix is joined on with `concat` instead.
 */
export function attention(g: GraphBuilder, inputs: AttentionInputs): Value {
  const { heads, headDim, kvHeads = heads, causal = false, scale, bias = null } = inputs;
  if (heads % kvHeads !== 0) throw new Error(`${heads} query heads cannot share ${kvHeads} key heads evenly.`);
  const key = repeatHeads(g, inputs.key, kvHeads, heads / kvHeads, headDim);
  const value = repeatHeads(g, inputs.value, kvHeads, heads / kvHeads, headDim);
  return g.node(
    "MultiHeadAttention",
    bias ? [inputs.query, key, value, null, null, bias] : [inputs.query, key, value],
    {
      num_heads: int(heads),
      ...(causal ? { unidirectional: int(1) } : {}),
      ...(scale === undefined ? {} : { scale: float(scale) }),
    },
    { domain: contrib },
  );
}

/** [B, T, kvHeads · headDim] → [B, T, kvHeads · times · headDim], each head `times` in a row. */
function repeatHeads(g: GraphBuilder, x: Value, kvHeads: number, times: number, headDim: number): Value {
  if (times === 1) return x;
  const grouped = g.reshape(x, [0, 0, kvHeads, 1, headDim]); // [B, T, kvHeads, 1, headDim]
  const repeated = g.concat(Array<Value>(times).fill(grouped), 3); // [B, T, kvHeads, times, headDim]
  return g.reshape(repeated, [0, 0, kvHeads * times * headDim]);
}

/** [B, S, heads · headDim] → [B, S, heads, headDim] */
export function splitHeads(g: GraphBuilder, x: Value, heads: number, headDim: number): Value {
  return g.reshape(x, [0, 0, heads, headDim]);
}

/** [B, S, heads, headDim] → [B, S, heads · headDim] */
export function mergeHeads(g: GraphBuilder, x: Value, heads: number, headDim: number): Value {
  return g.reshape(x, [0, 0, heads * headDim]);
}

/** [B, S, heads · headDim] → [B, heads, S, headDim]: the layout of key and value at graph borders. */
export function headsFirst(g: GraphBuilder, x: Value, heads: number, headDim: number): Value {
  return g.transpose(splitHeads(g, x, heads, headDim), [0, 2, 1, 3]);
}

/** [B, heads, S, headDim] → [B, S, heads · headDim] */
export function headsLast(g: GraphBuilder, x: Value, heads: number, headDim: number): Value {
  return mergeHeads(g, g.transpose(x, [0, 2, 1, 3]), heads, headDim);
}

export interface RotaryTables {
  /** [B, S, headDim / 2] */
  readonly cos: Value;
  readonly sin: Value;
  /** Pairs are neighbours (FLUX: x₀x₁, x₂x₃, …) or the two halves of a head (Qwen: x₀x_{D/2}, …). */
  readonly pairs: "neighbours" | "halves";
}

/**
 * Tables [1, S, headDim / 2] shared by a batch, repeated for each row of `like` [B, …], because the operator asks for
 * as many tables as rows. Do it once per graph, not per layer.
 */
export function rotaryTables(g: GraphBuilder, cos: Value, sin: Value, like: Value, pairs: RotaryTables["pairs"]): RotaryTables {
  const rows = g.concat([g.shape(like, 0, 1), g.constant([1, 1], [2], "int64")], 0); // [B, 1, 1]
  // Repeated in the type they came in: Expand has no bfloat16 kernel everywhere.
  return { cos: g.cast(g.expand(cos, rows), g.precision), sin: g.cast(g.expand(sin, rows), g.precision), pairs };
}

/** Rotates each pair of a head by its position's angle. [B, S, heads · headDim] → the same. */
export function rotary(g: GraphBuilder, x: Value, tables: RotaryTables, heads: number): Value {
  return g.node("RotaryEmbedding", [x, tables.cos, tables.sin], { num_heads: int(heads), interleaved: int(tables.pairs === "neighbours" ? 1 : 0) });
}
