/** Attention behind one function, and the head shuffling and rotary positions around it. */
import { plainAttention, plainRotary } from "./decompositions";
import type { Attribute } from "./onnx-encoding";
import { contrib, float, int, type GraphBuilder, type Value } from "./graph-builder";
import { chosenForm, type Form, type Operator } from "./operator-choice";

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

/** Softmax(query · keyᵀ · scale + bias) · value → [B, S, heads · headDim]. `form` is for tests and benches. */
export function attention(g: GraphBuilder, inputs: AttentionInputs, form: AttentionForm = chosenForm(attentionOperator(inputs))): Value {
  const { heads, kvHeads = heads } = inputs;
  if (heads % kvHeads !== 0) throw new Error(`${heads} query heads cannot share ${kvHeads} key heads evenly.`);
  switch (form) {
    case "MultiHeadAttention":
      return multiHead(g, repeated(g, inputs));
    case "GroupQueryAttention":
      return groupQuery(g, inputs);
    case "Attention":
      return onnxAttention(g, inputs);
    case "decomposed":
      return plainAttention(g, { kvHeads, bias: null, causal: false, scale: 1 / Math.sqrt(inputs.headDim), ...inputs });
  }
}

/** Hears of an attention what it computes from. */
export type AttentionListener = (inputs: AttentionInputs) => void;

/**
 * Softmax(query · keyᵀ / √headDim) averaged over the heads → float32 [B, S, T]: how much each query takes from each
 * key. One head at a time, because fused kernels never hold these numbers for good reason: at 1,024 px the 24 heads of
 * FLUX would take 1.8 GB a block. Only for attention without bias and causal mask.
 */
export function attentionProbabilities(g: GraphBuilder, { query, key, heads, kvHeads = heads, headDim, bias, causal, scale }: AttentionInputs): Value {
  if (bias || causal) throw new Error("Probabilities are written out of attention that sees everything only.");
  const head = (x: Value, index: number) => g.slice(x, 2, index * headDim, (index + 1) * headDim);
  const scaled = g.mul(query, g.scalar(scale ?? 1 / Math.sqrt(headDim)));
  const transposed = Array.from({ length: kvHeads }, (_, index) => g.transpose(head(key, index), [0, 2, 1])); // [B, headDim, T]
  const each = Array.from({ length: heads }, (_, index) => {
    const scores = g.node("MatMul", [head(scaled, index), transposed[Math.floor((index * kvHeads) / heads)]!]);
    return g.node("Softmax", [g.cast(scores, "float32")], { axis: int(-1) }); // [B, S, T]
  });
  const sum = each.reduce((before, next) => g.add(before, next));
  return g.mul(sum, g.scalar(1 / heads, "float32"));
}

type AttentionOperator = Extract<Operator, `attention${string}`>;
export type AttentionForm = Form<AttentionOperator>;

/** Which of the measured cases it is: a kernel is fast for some masks and head counts and slow for others. */
export function attentionOperator({ heads, kvHeads = heads, bias, causal }: AttentionInputs): AttentionOperator {
  if (bias) return kvHeads === heads ? "attention, bias" : "attention, bias, grouped heads";
  if (kvHeads !== heads) return causal ? "attention, causal, grouped heads" : "attention, grouped heads";
  return causal ? "attention, causal" : "attention";
}

/**
 * Without bias and causal mask it takes ONNX Runtime's flash kernel on CPU, which never holds the score matrix; on CUDA
 * it runs in every float type. Past keys are never passed to it: without declared present outputs it gives wrong
 * numbers silently. A prefix is joined on with `concat` instead.
 */
function multiHead(g: GraphBuilder, { query, key, value, heads, bias, causal, scale }: AttentionInputs): Value {
  return g.node("MultiHeadAttention", bias ? [query, key, value, null, null, bias] : [query, key, value], {
    num_heads: int(heads), ...(causal ? { unidirectional: int(1) } : {}), ...scaleOf(scale),
  }, { domain: contrib });
}

const scaleOf = (scale: number | undefined): Readonly<Record<string, Attribute>> => (scale === undefined ? {} : { scale: float(scale) });

/** Shared keys and values written out for every query head. */
function repeated(g: GraphBuilder, inputs: AttentionInputs): AttentionInputs {
  const { heads, headDim, kvHeads = heads } = inputs;
  const repeat = (x: Value) => repeatHeads(g, x, kvHeads, heads / kvHeads, headDim);
  return { ...inputs, key: repeat(inputs.key), value: repeat(inputs.value), kvHeads: heads };
}

/** Flash on CPU with a causal mask; always causal. Present keys and values are named because it demands them. */
function groupQuery(g: GraphBuilder, { query, key, value, heads, kvHeads = heads, headDim, bias, causal, scale }: AttentionInputs): Value {
  if (bias || !causal) throw new Error("GroupQueryAttention is causal and takes no bias here; use another form.");
  if (headDim % 8 !== 0) throw new Error(`GroupQueryAttention takes heads of a multiple of 8, got ${headDim}; use another form.`);
  const length = g.cast(g.shape(key, 1, 2), "int32"); // [1]
  const last = g.expand(g.sub(length, g.constant([1], [1], "int32")), g.shape(key, 0, 1)); // [B]
  const attributes = { num_heads: int(heads), kv_num_heads: int(kvHeads), ...scaleOf(scale) };
  return g.nodes("GroupQueryAttention", [query, key, value, null, null, last, g.reshape(length, [])], 3, attributes, { domain: contrib })[0]!;
}

/** ONNX's own operator, since opset 23. Holds the score matrix on CPU. */
function onnxAttention(g: GraphBuilder, { query, key, value, heads, kvHeads = heads, bias, causal, scale }: AttentionInputs): Value {
  return g.node("Attention", bias ? [query, key, value, bias] : [query, key, value], {
    q_num_heads: int(heads), kv_num_heads: int(kvHeads), ...(causal ? { is_causal: int(1) } : {}), ...scaleOf(scale),
  });
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
export function rotary(g: GraphBuilder, x: Value, tables: RotaryTables, heads: number, form: Form<"rotary"> = chosenForm("rotary")): Value {
  if (form === "decomposed") return plainRotary(g, x, tables, heads);
  return g.node("RotaryEmbedding", [x, tables.cos, tables.sin], { num_heads: int(heads), interleaved: int(tables.pairs === "neighbours" ? 1 : 0) });
}
