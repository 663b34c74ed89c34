import { describe, expect, it } from "vitest";
import { Weights } from "../checkpoints/weights";
import { relativeError, runOnCpu } from "../reference/parity";
import { float32, float32Data, type Tensor } from "../tensor";
import { attention, attentionProbabilities } from "./attention";
import { GraphBuilder } from "./graph-builder";

/** Float32 sums in another order, and another exp: some 1e-7. A wrong head, scale or axis is off by 1e-2 and more. */
const tolerance = 1e-5;

const [S, T, headDim] = [5, 7, 8];
const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed * 12.9898 + i * 78.233));

/** The same value for every key head, so that the mean over heads of what attention gives is mean probability · value. */
function valueOf(kvHeads: number): Float32Array {
  const one = numbers(T * headDim, 3);
  return Float32Array.from({ length: T * kvHeads * headDim }, (_, i) => one[Math.floor(i / (kvHeads * headDim)) * headDim + (i % headDim)]!);
}

async function compute(heads: number, kvHeads: number): Promise<{ probabilities: Tensor; attended: Tensor; query: Float32Array; key: Float32Array }> {
  const g = GraphBuilder.create({ name: "probabilities", weights: Weights.of("none", "none", []) });
  const sizes = { query: [1, S, heads * headDim], key: [1, T, kvHeads * headDim], value: [1, T, kvHeads * headDim] };
  const [query, key, value] = Object.entries(sizes).map(([name, dims]) => g.input(name, "float32", dims));
  const inputs = { query: query!, key: key!, value: value!, heads, kvHeads, headDim };
  g.output("probabilities", attentionProbabilities(g, inputs), [1, S, T]);
  g.output("attended", attention(g, inputs), [1, S, heads * headDim]);
  const feeds = { query: numbers(S * heads * headDim, 1), key: numbers(T * kvHeads * headDim, 2), value: valueOf(kvHeads) };
  const outputs = await runOnCpu(g, {
    query: float32(feeds.query, sizes.query), key: float32(feeds.key, sizes.key), value: float32(feeds.value, sizes.value),
  });
  return { probabilities: outputs["probabilities"]!, attended: outputs["attended"]!, ...feeds };
}

/** softmax(Q Kᵀ / √d) in double precision, averaged over the heads, [S · T]. */
function expected(query: Float32Array, key: Float32Array, heads: number, kvHeads: number): Float32Array {
  const mean = new Float64Array(S * T);
  for (let head = 0; head < heads; head++) {
    const kvHead = Math.floor((head * kvHeads) / heads);
    for (let s = 0; s < S; s++) {
      const scores = Array.from({ length: T }, (_, t) => {
        let dot = 0;
        for (let i = 0; i < headDim; i++) dot += query[(s * heads + head) * headDim + i]! * key[(t * kvHeads + kvHead) * headDim + i]!;
        return Math.exp(dot / Math.sqrt(headDim));
      });
      const sum = scores.reduce((total, score) => total + score, 0);
      scores.forEach((score, t) => (mean[s * T + t]! += score / sum / heads));
    }
  }
  return Float32Array.from(mean);
}

describe.each([[1, 1], [4, 4], [6, 2]])("%i heads over %i key heads", (heads, kvHeads) => {
  it("are the softmax of query times key, averaged", async () => {
    const { probabilities, query, key } = await compute(heads, kvHeads);
    expect(relativeError(probabilities, float32(expected(query, key, heads, kvHeads), [1, S, T]))).toBeLessThan(tolerance);
  });

  it("weigh the values as the attention itself does", async () => {
    const { probabilities, attended } = await compute(heads, kvHeads);
    const [p, a, v] = [float32Data(probabilities, "probabilities"), float32Data(attended, "attended"), valueOf(1)];
    const weighed = Float32Array.from({ length: S * headDim }, (_, at) => {
      const [s, i] = [Math.floor(at / headDim), at % headDim];
      return Array.from({ length: T }, (__, t) => p[s * T + t]! * v[t * headDim + i]!).reduce((sum, term) => sum + term, 0);
    });
    const mean = Float32Array.from({ length: S * headDim }, (_, at) => {
      const [s, i] = [Math.floor(at / headDim), at % headDim];
      return Array.from({ length: heads }, (__, head) => a[(s * heads + head) * headDim + i]! / heads).reduce((sum, term) => sum + term, 0);
    });
    expect(relativeError(float32(weighed, [S, headDim]), float32(mean, [S, headDim]))).toBeLessThan(tolerance);
  });
});

it("are refused where something is hidden: the numbers would be of another attention", () => {
  const g = GraphBuilder.create({ name: "causal", weights: Weights.of("none", "none", []) });
  const x = g.input("x", "float32", [1, S, headDim]);
  expect(() => attentionProbabilities(g, { query: x, key: x, value: x, heads: 1, headDim, causal: true })).toThrow("sees everything");
});
