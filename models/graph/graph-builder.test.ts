import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeSafetensors, readSafetensorsHeader } from "../checkpoints/safetensors";
import { openWeights } from "../checkpoints/weight-files";
import { Weights } from "../checkpoints/weights";
import { float32 } from "../tensor";
import { attention, headsFirst, headsLast, rotary, rotaryTables } from "./attention";
import { batchNorm, conv2d, groupNorm, upsampleNearest } from "./convolution";
import { GraphBuilder, type Precision } from "./graph-builder";
import { gelu, layerNorm, linear, rmsNorm, silu } from "./layers";

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "graph-builder-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A repeatable spread of numbers in about -1…1. */
function numbers(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.fround(Math.sin(seed * 12.9898 + i * 78.233) * 0.9));
}

function weightsOf(name: string, tensors: Record<string, { data: Float32Array; dims: number[] }>) {
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, encodeSafetensors(Object.fromEntries(Object.entries(tensors).map(([key, t]) => [key, float32(t.data, t.dims)]))));
  return path;
}

async function runGraph(g: GraphBuilder, feeds: Record<string, { data: Float32Array; dims: number[] }>) {
  const path = join(folder, `${g.name}.onnx`);
  writeFileSync(path, g.encode(folder));
  const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
  const results = await session.run(Object.fromEntries(Object.entries(feeds).map(([key, t]) => [key, new Tensor("float32", t.data, t.dims)])));
  return Object.fromEntries(Object.entries(results).map(([key, t]) => [key, { data: t.data as Float32Array, dims: [...t.dims] }]));
}

/** Opens one written file as the weights of a component. */
function openFile(path: string) {
  return Weights.of("test", path, [readSafetensorsHeader(path)]);
}

function expectClose(actual: Float32Array, expected: ArrayLike<number>, tolerance = 1e-5) {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!)));
  expect(worst).toBeLessThan(tolerance);
}

describe("GraphBuilder", () => {
  it("multiplies by a weight that stays in its file", async () => {
    const weight = numbers(6);
    const bias = numbers(2, 5);
    const weights = openFile(weightsOf("linear", { "proj.weight": { data: weight, dims: [2, 3] }, "proj.bias": { data: bias, dims: [2] } }));
    const g = GraphBuilder.create({ name: "linear", weights });
    const x = g.input("x", "float32", ["batch", 3]);
    g.output("y", linear(g.at("proj"), x, 3, 2), ["batch", 2]);
    const { y } = await runGraph(g, { x: { data: Float32Array.of(1, 2, 3), dims: [1, 3] } });
    const row = (r: number) => weight[3 * r]! + 2 * weight[3 * r + 1]! + 3 * weight[3 * r + 2]! + bias[r]!;
    expectClose(y!.data, [row(0), row(1)]);
    expect(g.weightFiles()).toEqual([weights.headers[0]!.file]);
  });

  it.each<[Precision, number]>([["float16", 2e-3]])("computes in %s with float32 at the border", async (precision, tolerance) => {
    const weight = numbers(6, 3);
    const weights = openFile(weightsOf(`linear-${precision}`, { "weight": { data: weight, dims: [2, 3] } }));
    const g = GraphBuilder.create({ name: `linear-${precision}`, weights, precision });
    const x = g.input("x", "float32", [1, 3]);
    g.output("y", g.add(linear(g, x, 3, 2, { bias: false }), g.scalar(0.333)), [1, 2]);
    const { y } = await runGraph(g, { x: { data: Float32Array.of(1, 0.5, -1), dims: [1, 3] } });
    const row = (r: number) => weight[3 * r]! + 0.5 * weight[3 * r + 1]! - weight[3 * r + 2]! + 0.333;
    expectClose(y!.data, [row(0), row(1)], tolerance);
  });

  it("names file, tensor, found and expected shape when a weight does not fit", async () => {
    const weights = openFile(weightsOf("misfit", { "proj.weight": { data: numbers(6), dims: [3, 2] } }));
    const g = GraphBuilder.create({ name: "misfit", weights });
    expect(() => g.at("proj").weight("weight", [2, 3])).toThrow(/misfit\.safetensors: tensor "proj\.weight" has shape \[3, 2\].*\[2, 3\].*download/s);
    expect(() => g.at("proj").weight("bias", [2])).toThrow(/has no tensor "proj\.bias" of shape \[2\]/);
  });

  it("puts every weight Cast before every other node", async () => {
    const weights = openFile(weightsOf("order", { "a.weight": { data: numbers(4), dims: [2, 2] }, "b.weight": { data: numbers(4), dims: [2, 2] } }));
    const g = GraphBuilder.create({ name: "order", weights, precision: "float16" });
    const x = g.input("x", "float32", [1, 2]);
    g.output("y", linear(g.at("b"), linear(g.at("a"), x, 2, 2, { bias: false }), 2, 2, { bias: false }), [1, 2]);
    const ops = new TextDecoder("latin1").decode(g.encode(folder));
    expect(ops.indexOf("test/b.weight:float16")).toBeLessThan(ops.indexOf("FusedMatMul"));
  });

  it("refuses to point outside the graph's folder", async () => {
    const weights = openFile(weightsOf("outside", { weight: { data: numbers(4), dims: [2, 2] } }));
    const g = GraphBuilder.create({ name: "outside", weights });
    g.weight("weight", [2, 2]);
    expect(() => g.encode(join(folder, "elsewhere"))).toThrow(/does not lie below/);
  });
});

describe("layers", () => {
  it("normalise, activate and upsample as their formulas say", async () => {
    const scale = Float32Array.of(1, 2, 0.5, -1);
    const bias = Float32Array.of(0.1, 0.2, 0.3, 0.4);
    const weights = openFile(weightsOf("norms", {
      "weight": { data: scale, dims: [4] }, "bias": { data: bias, dims: [4] },
      "running_mean": { data: Float32Array.of(0.5, 0, -0.5, 1), dims: [4] }, "running_var": { data: Float32Array.of(1, 2, 3, 4), dims: [4] },
    }));
    const g = GraphBuilder.create({ name: "norms", weights });
    const x = g.input("x", "float32", ["rows", 4]);
    const image = g.input("image", "float32", [1, 4, 2, 3]);
    g.output("rms", rmsNorm(g, x, 4, { eps: 1e-6 }), ["rows", 4]);
    g.output("layer", layerNorm(g, x, 4, { eps: 1e-6 }), ["rows", 4]);
    g.output("silu", silu(g, x), ["rows", 4]);
    g.output("gelu_tanh", gelu(g, x, "tanh"), ["rows", 4]);
    g.output("group", groupNorm(g, image, 4, { groups: 2, eps: 1e-6 }), [1, 4, 2, 3]);
    g.output("batch", batchNorm(g, image, 4, { eps: 1e-5 }), [1, 4, 2, 3]);
    g.output("up", upsampleNearest(g, image, 2), [1, 4, 4, 6]);
    const row = numbers(4, 7);
    const pixels = numbers(24, 9);
    const out = await runGraph(g, { x: { data: row, dims: [1, 4] }, image: { data: pixels, dims: [1, 4, 2, 3] } });
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const list = [...row];
    const rms = Math.sqrt(mean(list.map((v) => v * v)) + 1e-6);
    expectClose(out["rms"]!.data, list.map((v, i) => (v / rms) * scale[i]!));
    const centred = list.map((v) => v - mean(list));
    const deviation = Math.sqrt(mean(centred.map((v) => v * v)) + 1e-6);
    expectClose(out["layer"]!.data, centred.map((v, i) => (v / deviation) * scale[i]! + bias[i]!));
    expectClose(out["silu"]!.data, list.map((v) => v / (1 + Math.exp(-v))));
    expectClose(out["gelu_tanh"]!.data, list.map((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))));
    const group = [0, 1].flatMap((half) => {
      const part = [...pixels.subarray(half * 12, half * 12 + 12)];
      const centre = mean(part);
      const spread = Math.sqrt(mean(part.map((v) => (v - centre) ** 2)) + 1e-6);
      return part.map((v, i) => { const channel = half * 2 + Math.floor(i / 6); return ((v - centre) / spread) * scale[channel]! + bias[channel]!; });
    });
    expectClose(out["group"]!.data, group);
    const means = [0.5, 0, -0.5, 1];
    const variances = [1, 2, 3, 4];
    expectClose(out["batch"]!.data, [...pixels].map((v, i) => { const c = Math.floor(i / 6); return ((v - means[c]!) / Math.sqrt(variances[c]! + 1e-5)) * scale[c]! + bias[c]!; }));
    expect([...out["up"]!.data.subarray(0, 6)]).toEqual([0, 0, 1, 1, 2, 2].map((i) => pixels[i]));
  });

  it("convolves with unequal padding", async () => {
    const weights = openFile(weightsOf("conv", { weight: { data: new Float32Array(9).fill(1), dims: [1, 1, 3, 3] }, bias: { data: Float32Array.of(0), dims: [1] } }));
    const g = GraphBuilder.create({ name: "conv", weights });
    const x = g.input("x", "float32", [1, 1, "h", "w"]);
    g.output("y", conv2d(g, x, 1, 1, { kernel: 3, stride: 2, padding: [0, 0, 1, 1] }), [1, 1, "h2", "w2"]);
    const { y } = await runGraph(g, { x: { data: new Float32Array(16).fill(1), dims: [1, 1, 4, 4] } });
    expect(y!.dims).toEqual([1, 1, 2, 2]);
    expect([...y!.data]).toEqual([9, 6, 6, 4]);
  });
});

describe("attention", () => {
  const [heads, headDim, length] = [4, 4, 5];

  /** Plain softmax attention over [S, heads · headDim] rows. */
  function reference(q: Float32Array, k: Float32Array, v: Float32Array, kvHeads: number, options: { causal?: boolean; scale?: number; bias?: Float32Array } = {}): number[] {
    const keys = k.length / (kvHeads * headDim);
    const queries = q.length / (heads * headDim);
    const out: number[] = [];
    for (let s = 0; s < queries; s++) {
      for (let h = 0; h < heads; h++) {
        const kv = Math.floor((h * kvHeads) / heads);
        const scores = Array.from({ length: keys }, (_, t) => {
          if (options.causal && t > s) return -Infinity;
          let dot = 0;
          for (let d = 0; d < headDim; d++) dot += q[(s * heads + h) * headDim + d]! * k[(t * kvHeads + kv) * headDim + d]!;
          return dot * (options.scale ?? 1 / Math.sqrt(headDim)) + (options.bias?.[(h * queries + s) * keys + t] ?? 0);
        });
        const exps = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const total = exps.reduce((a, b) => a + b, 0);
        for (let d = 0; d < headDim; d++) out.push(exps.reduce((sum, e, t) => sum + (e / total) * v[(t * kvHeads + kv) * headDim + d]!, 0));
      }
    }
    return out;
  }

  async function build(kvHeads: number, options: { causal?: boolean; scale?: number; bias?: boolean }, keys = length) {
    const weights = openFile(weightsOf("none", { unused: { data: numbers(1), dims: [1] } }));
    const g = GraphBuilder.create({ name: "attention", weights });
    const query = g.input("q", "float32", [1, "s", heads * headDim]);
    const key = g.input("k", "float32", [1, "t", kvHeads * headDim]);
    const value = g.input("v", "float32", [1, "t", kvHeads * headDim]);
    const { bias: biased, ...rest } = options;
    const bias = biased ? { bias: g.input("bias", "float32", [1, heads, "s", "t"]) } : {};
    g.output("y", attention(g, { query, key, value, heads, kvHeads, headDim, ...rest, ...bias }), [1, "s", heads * headDim]);
    const q = numbers(length * heads * headDim, 1);
    const k = numbers(keys * kvHeads * headDim, 2);
    const v = numbers(keys * kvHeads * headDim, 3);
    const biasData = numbers(heads * length * keys, 4);
    const feeds = { q: { data: q, dims: [1, length, q.length / length] }, k: { data: k, dims: [1, keys, k.length / keys] }, v: { data: v, dims: [1, keys, v.length / keys] } };
    const { y } = await runGraph(g, biased ? { ...feeds, bias: { data: biasData, dims: [1, heads, length, keys] } } : feeds);
    expectClose(y!.data, reference(q, k, v, kvHeads, { ...rest, ...(biased ? { bias: biasData } : {}) }));
  }

  it("sees everything without a mask", () => build(4, {}));
  it("shares key heads and takes keys longer than queries, as image positions over a prefix do", () => build(2, {}, 9));
  it("shares key heads causally", () => build(2, { causal: true }));
  it("adds a bias, without scaling, as T5 does", () => build(4, { scale: 1, bias: true }));

  it.each(["neighbours", "halves"] as const)("rotates pairs of %s, for a batch that shares one table", async (pairs) => {
    const weights = openFile(weightsOf("none", { unused: { data: numbers(1), dims: [1] } }));
    const g = GraphBuilder.create({ name: `rotary-${pairs}`, weights });
    const x = g.input("x", "float32", ["batch", "s", 8]);
    const cos = g.input("cos", "float32", [1, "s", 2]);
    const sin = g.input("sin", "float32", [1, "s", 2]);
    const turned = rotary(g, x, rotaryTables(g, cos, sin, x, pairs), 2);
    g.output("y", headsLast(g, headsFirst(g, turned, 2, 4), 2, 4), ["batch", "s", 8]);
    const data = numbers(2 * 3 * 8);
    const angles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const { y } = await runGraph(g, {
      x: { data, dims: [2, 3, 8] },
      cos: { data: Float32Array.from(angles, Math.cos), dims: [1, 3, 2] },
      sin: { data: Float32Array.from(angles, Math.sin), dims: [1, 3, 2] },
    });
    const expected = Float32Array.from(data);
    for (let row = 0; row < 6; row++) {
      for (let head = 0; head < 2; head++) {
        for (let pair = 0; pair < 2; pair++) {
          const base = row * 8 + head * 4;
          const [a, b] = pairs === "neighbours" ? [base + 2 * pair, base + 2 * pair + 1] : [base + pair, base + pair + 2];
          const angle = angles[(row % 3) * 2 + pair]!;
          expected[a] = data[a]! * Math.cos(angle) - data[b]! * Math.sin(angle);
          expected[b] = data[b]! * Math.cos(angle) + data[a]! * Math.sin(angle);
        }
      }
    }
    expectClose(y!.data, expected);
  });
});

it("openWeights refuses a folder that holds only a pickle", () => {
  const pickled = mkdtempSync(join(folder, "pickled-"));
  writeFileSync(join(pickled, "pytorch_model.bin"), "x");
  expect(() => openWeights("test", pickled)).toThrow(/pickle.*runs code/s);
});
