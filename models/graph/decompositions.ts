/** Layers as plain arithmetic, from their papers: the reference that fused operators are tested and timed against. */
import { int, type GraphBuilder, type Value } from "./graph-builder";

/** [B, S, heads · headDim] and [B, T, kvHeads · headDim]; see `AttentionInputs`. */
export interface PlainAttention {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly bias: Value | null;
  readonly causal: boolean;
  readonly scale: number;
}

/** softmax(Q Kᵀ · scale + bias) V, Vaswani et al. 2017, with the scores of all heads held at once. */
export function plainAttention(g: GraphBuilder, inputs: PlainAttention): Value {
  const { heads, kvHeads, headDim } = inputs;
  const group = heads / kvHeads;
  // One axis for the key heads and one for the queries that share each: keys broadcast over the latter.
  const query = g.transpose(g.reshape(inputs.query, [0, 0, kvHeads, group, headDim]), [0, 2, 3, 1, 4]); // [B, kvHeads, group, S, headDim]
  const shared = (x: Value, order: readonly number[]) => g.unsqueeze(g.transpose(g.reshape(x, [0, 0, kvHeads, headDim]), order), [2]);
  const key = shared(inputs.key, [0, 2, 3, 1]); // [B, kvHeads, 1, headDim, T]
  const value = shared(inputs.value, [0, 2, 1, 3]); // [B, kvHeads, 1, T, headDim]
  let scores = g.mul(g.node("MatMul", [query, key]), g.scalar(inputs.scale)); // [B, kvHeads, group, S, T]
  if (inputs.bias) scores = g.add(scores, groupedBias(g, inputs.bias, scores));
  if (inputs.causal) scores = g.add(scores, futureHidden(g, scores));
  const attended = g.node("MatMul", [g.node("Softmax", [scores], { axis: int(-1) }), value]); // [B, kvHeads, group, S, headDim]
  return g.reshape(g.transpose(attended, [0, 3, 1, 2, 4]), [0, 0, heads * headDim]);
}

/** [1 or B, 1 or heads, S, T] → over the heads in their groups, [B, kvHeads, group, S, T]. */
function groupedBias(g: GraphBuilder, bias: Value, scores: Value): Value {
  const dim = (start: number, end: number) => g.shape(scores, start, end);
  const heads = g.mul(dim(1, 2), dim(2, 3));
  return g.reshapeTo(g.expand(bias, g.concat([dim(0, 1), heads, dim(3, 5)], 0)), g.shape(scores, 0, 5));
}

/** [S, T]: a large negative number where the key comes after the query. */
function futureHidden(g: GraphBuilder, scores: Value): Value {
  const positions = (axis: number) => g.node("Range", [g.scalar(0, "int64"), g.node("Squeeze", [g.shape(scores, axis, axis + 1)]), g.scalar(1, "int64")]);
  const later = g.node("Greater", [g.unsqueeze(positions(4), [0]), g.unsqueeze(positions(3), [1])], {}, { type: "bool" });
  return g.mul(g.cast(later, g.precision), g.scalar(-1e4));
}

function mean(g: GraphBuilder, x: Value): Value {
  return g.node("ReduceMean", [x, g.constant([-1], [1], "int64")], { keepdims: int(1) });
}

/** x over the root of its mean square. */
function overRoot(g: GraphBuilder, x: Value, eps: number): Value {
  return g.div(x, g.node("Sqrt", [g.add(mean(g, g.mul(x, x)), g.scalar(eps))]));
}

/** Ba et al. 2016, over the last axis. */
export function plainLayerNorm(g: GraphBuilder, x: Value, scale: Value, bias: Value | null, eps: number): Value {
  const normed = g.mul(overRoot(g, g.sub(x, mean(g, x)), eps), scale);
  return bias ? g.add(normed, bias) : normed;
}

/** Zhang and Sennrich 2019, over the last axis. */
export function plainRmsNorm(g: GraphBuilder, x: Value, scale: Value, eps: number): Value {
  return g.mul(overRoot(g, x, eps), scale);
}

/** Wu and He 2018, [B, C, H, W], before scale and bias. */
export function plainGroupNorm(g: GraphBuilder, x: Value, groups: number, eps: number): Value {
  const rows = g.reshape(x, [0, groups, -1]); // [B, groups, C / groups · H · W]
  return g.reshapeTo(overRoot(g, g.sub(rows, mean(g, rows)), eps), g.shape(x, 0, 4));
}

export function plainSilu(g: GraphBuilder, x: Value): Value {
  return g.mul(x, g.node("Sigmoid", [x]));
}

/** Hendrycks and Gimpel 2016: x Φ(x), or the paper's approximation of it by tanh. */
export function plainGelu(g: GraphBuilder, x: Value, approximation: "none" | "tanh"): Value {
  if (approximation === "none") return g.mul(g.mul(x, g.scalar(0.5)), g.add(g.node("Erf", [g.mul(x, g.scalar(Math.SQRT1_2))]), g.scalar(1)));
  const cubic = g.add(x, g.mul(g.mul(g.mul(x, x), x), g.scalar(0.044715)));
  return g.mul(g.mul(x, g.scalar(0.5)), g.add(g.node("Tanh", [g.mul(cubic, g.scalar(Math.sqrt(2 / Math.PI)))]), g.scalar(1)));
}

/** Su et al. 2021. x [B, S, heads · headDim], cos and sin [B, S, headDim / 2]. */
export function plainRotary(g: GraphBuilder, x: Value, tables: { cos: Value; sin: Value; pairs: "neighbours" | "halves" }, heads: number): Value {
  const neighbours = tables.pairs === "neighbours";
  // [B, S, heads, headDim / 2, 2] or [B, S, heads, 2, headDim / 2]: the two of a pair along `axis`.
  const axis = neighbours ? 4 : 3;
  const paired = neighbours ? g.reshape(g.reshape(x, [0, 0, heads, -1]), [0, 0, 0, -1, 2]) : g.reshape(x, [0, 0, heads, 2, -1]);
  const [a, b] = g.split(paired, 2, axis) as [Value, Value];
  const overHeads = (table: Value) => g.unsqueeze(table, neighbours ? [2, 4] : [2, 3]); // [B, S, 1, headDim / 2, 1] or [B, S, 1, 1, headDim / 2]
  const [cos, sin] = [overHeads(tables.cos), overHeads(tables.sin)];
  const turned = g.concat([g.sub(g.mul(a, cos), g.mul(b, sin)), g.add(g.mul(b, cos), g.mul(a, sin))], axis);
  return g.reshapeTo(turned, g.shape(x, 0, 3));
}
