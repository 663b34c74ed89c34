import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensorsHeader, writeSafetensors } from "../checkpoints/safetensors";
import { Weights } from "../checkpoints/weights";
import { elementCount, float32 } from "../tensor";
import { attention, attentionOperator, rotary, type AttentionForm, type AttentionInputs } from "./attention";
import { groupNorm } from "./convolution";
import { GraphBuilder, type Value } from "./graph-builder";
import { gelu, layerNorm, linear, rmsNorm, silu } from "./layers";
import { chosenForm, operatorChoices, type Form, type Operator } from "./operator-choice";

/**
 * Of the largest value of the decomposition. Sums in another order, and approximations of erf and exp, differ by some
 * 1e-7; a missing term or a wrong layout by 1e-2 and more.
 */
const tolerance = 1e-5;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "operator-choice-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A repeatable spread of numbers in about −2…2. */
const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed * 12.9898 + i * 78.233));

type Dims = Readonly<Record<string, readonly number[]>>;
type Build = (g: GraphBuilder, inputs: Record<string, Value>) => Value;

/** The output for float32 inputs of these shapes, over float32 weights of these shapes. Nothing is fused by ONNX Runtime itself. */
async function compute(build: Build, inputs: Dims, weights: Dims = {}): Promise<Float32Array> {
  const path = join(folder, "weights.safetensors");
  const tensors = Object.entries(weights).map(([name, dims], i) => [name, float32(numbers(elementCount(dims), i + 20), dims)]);
  writeSafetensors(path, Object.fromEntries(tensors));
  const g = GraphBuilder.create({ name: "form", weights: Weights.of("form", path, [readSafetensorsHeader(path)]) });
  // Sizes of batch and sequence are left open, as in the graphs.
  const values = Object.entries(inputs).map(([name, dims]) => [name, g.input(name, "float32", dims.map((dim, axis) => (axis < 2 ? `${name}_${axis}` : dim)))]);
  const y = build(g, Object.fromEntries(values));
  g.output("y", y, ["a", "b", "c"].slice(0, Object.values(inputs)[0]!.length));
  const file = join(folder, "form.onnx");
  writeFileSync(file, g.encode(folder));
  const session = await InferenceSession.create(file, { logSeverityLevel: 4, intraOpNumThreads: 1, graphOptimizationLevel: "basic" });
  const feeds = Object.entries(inputs).map(([name, dims], i) => [name, new Tensor("float32", numbers(elementCount(dims), i + 1), dims)]);
  const result = (await session.run(Object.fromEntries(feeds)))["y"]!.data as Float32Array;
  await session.release();
  return result;
}

async function difference(actual: Promise<Float32Array>, expected: Promise<Float32Array>): Promise<number> {
  const [a, b] = [await actual, await expected];
  expect(a.length).toBe(b.length);
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return b.reduce((worst, value, i) => Math.max(worst, Number.isNaN(a[i]!) ? Infinity : Math.abs(a[i]! - value)), 0) / scale;
}

const fusedForms = <O extends Operator>(operator: O) => operatorChoices[operator].forms.filter((form) => form !== "decomposed") as Exclude<Form<O>, "decomposed">[];

it.each(Object.entries(operatorChoices))("%s: the chosen form is one that is tested, with its reason", (operator, { forms, chosen, because }) => {
  expect(forms).toContain(chosen);
  expect(forms.at(-1)).toBe("decomposed");
  expect(chosenForm(operator as Operator)).toBe(chosen);
  expect(because).not.toBe("");
});

describe("norms", () => {
  const shapes = [[1, 3, 8], [2, 7, 33], [1, 1, 192], [2, 5, 3, 64]];
  describe.each(shapes.map((dims) => [dims]))("%j", (dims) => {
    const size = dims.at(-1)!;
    const vectors = { weight: [size], bias: [size] };

    it.each(fusedForms("layer norm"))("%s is layer norm, with scale and shift and without", async (form) => {
      for (const affine of [true, false]) {
        const norm = (form: Form<"layer norm">) => compute((g, { x }) => layerNorm(g, x!, size, { eps: 1e-6, affine, form }), { x: dims }, vectors);
        expect(await difference(norm(form), norm("decomposed"))).toBeLessThan(tolerance);
      }
    });

    it.each(fusedForms("RMS norm"))("%s is RMS norm", async (form) => {
      const norm = (form: Form<"RMS norm">) => compute((g, { x }) => rmsNorm(g, x!, size, { eps: 1e-6, form }), { x: dims }, vectors);
      expect(await difference(norm(form), norm("decomposed"))).toBeLessThan(tolerance);
    });
  });

  it.each(fusedForms("group norm"))("%s is group norm", async (form) => {
    for (const [batch, channels, side, groups] of [[1, 8, 5, 2], [2, 6, 3, 6], [1, 64, 8, 32], [2, 4, 4, 1]] as const) {
      const weights = { weight: [channels], bias: [channels] };
      const norm = (form: Form<"group norm">) => compute((g, { x }) => groupNorm(g, x!, channels, { groups, eps: 1e-6, form }), { x: [batch, channels, side, side + 1] }, weights);
      expect(await difference(norm(form), norm("decomposed"))).toBeLessThan(tolerance);
    }
  });
});

describe("activations and linear layers", () => {
  const dims = [2, 5, 37];

  it.each(fusedForms("SiLU"))("%s is SiLU", async (form) => {
    const activate = (form: Form<"SiLU">) => compute((g, { x }) => silu(g, x!, form), { x: dims });
    expect(await difference(activate(form), activate("decomposed"))).toBeLessThan(tolerance);
  });

  it.each([...fusedForms("GELU").map((form) => ["none", form] as const), ...fusedForms("GELU, tanh").map((form) => ["tanh", form] as const)])(
    "GELU, approximation %s: %s", async (approximation, form) => {
      const activate = (form: Form<"GELU, tanh">) => compute((g, { x }) => gelu(g, x!, approximation, form), { x: dims });
      expect(await difference(activate(form), activate("decomposed"))).toBeLessThan(tolerance);
    },
  );

  it("FastGelu does not stand for the exact function", async () => {
    await expect(() => compute((g, { x }) => gelu(g, x!, "none", "FastGelu"), { x: dims })).rejects.toThrow("FastGelu is the approximation by tanh");
  });

  it.each(fusedForms("linear"))("%s is a linear layer, with bias and without", async (form) => {
    for (const bias of [true, false]) {
      const apply = (form: Form<"linear">) => compute((g, { x }) => linear(g, x!, 37, 11, { bias, form }), { x: dims }, { weight: [11, 37], bias: [11] });
      expect(await difference(apply(form), apply("decomposed"))).toBeLessThan(tolerance);
    }
  });
});

describe("rotary positions", () => {
  it.each(["neighbours", "halves"] as const)("RotaryEmbedding turns pairs of %s", async (pairs) => {
    for (const [batch, length, heads, headDim] of [[1, 5, 1, 4], [2, 3, 3, 8], [1, 7, 6, 32]] as const) {
      const table = [batch, length, headDim / 2];
      const turn = (form: Form<"rotary">) =>
        compute((g, { x, cos, sin }) => rotary(g, x!, { cos: cos!, sin: sin!, pairs }, heads, form), { x: [batch, length, heads * headDim], cos: table, sin: table });
      expect(await difference(turn("RotaryEmbedding"), turn("decomposed"))).toBeLessThan(tolerance);
    }
  });
});

describe("attention", () => {
  interface Case {
    batch: number; queries: number; keys: number; heads: number; kvHeads: number; headDim: number;
    causal?: boolean; scale?: number; bias?: readonly [number, number];
  }
  const cases: Case[] = [
    { batch: 1, queries: 5, keys: 5, heads: 4, kvHeads: 4, headDim: 8 },
    { batch: 2, queries: 6, keys: 9, heads: 3, kvHeads: 3, headDim: 16, scale: 1 },
    { batch: 1, queries: 1, keys: 70, heads: 1, kvHeads: 1, headDim: 64 },
    { batch: 1, queries: 16, keys: 27, heads: 6, kvHeads: 2, headDim: 32 },
    { batch: 2, queries: 4, keys: 11, heads: 4, kvHeads: 1, headDim: 8, scale: 0.5 },
    { batch: 1, queries: 7, keys: 7, heads: 3, kvHeads: 3, headDim: 8, causal: true },
    { batch: 1, queries: 77, keys: 77, heads: 2, kvHeads: 2, headDim: 64, causal: true },
    { batch: 1, queries: 30, keys: 30, heads: 6, kvHeads: 2, headDim: 32, causal: true },
    { batch: 2, queries: 9, keys: 9, heads: 4, kvHeads: 1, headDim: 16, causal: true, scale: 0.3 },
    { batch: 1, queries: 8, keys: 8, heads: 3, kvHeads: 3, headDim: 8, bias: [1, 3], scale: 1 },
    { batch: 2, queries: 5, keys: 12, heads: 4, kvHeads: 2, headDim: 8, bias: [2, 1] },
  ];
  const of = ({ heads, kvHeads, causal, bias }: Case) =>
    attentionOperator({ heads, kvHeads, headDim: 1, ...(causal && { causal }), ...(bias && { bias: {} as Value }) } as AttentionInputs);
  const all = cases.flatMap((one) => fusedForms(of(one)).map((form) => [form, one] as const));

  it.each(all)("%s: %j", async (form, { batch, queries, keys, heads, kvHeads, headDim, causal, scale, bias }) => {
    const dims = {
      query: [batch, queries, heads * headDim], key: [batch, keys, kvHeads * headDim], value: [batch, keys, kvHeads * headDim],
      ...(bias && { bias: [bias[0], bias[1], queries, keys] }),
    };
    const attend = (form: AttentionForm) =>
      compute((g, { query, key, value, bias }) => attention(g, {
        query: query!, key: key!, value: value!, heads, kvHeads, headDim, ...(bias && { bias }), ...(causal && { causal }), ...(scale && { scale }),
      }, form), dims);
    expect(await difference(attend(form), attend("decomposed"))).toBeLessThan(tolerance);
  });

  it("forms refuse what they would compute wrongly", () => {
    const g = GraphBuilder.create({ name: "refusals", weights: Weights.of("none", "none", []) });
    const x = g.input("x", "float32", [1, "s", 16]);
    const inputs = { query: x, key: x, value: x, heads: 2, headDim: 8 };
    expect(() => attention(g, inputs, "GroupQueryAttention")).toThrow("is causal");
    expect(() => attention(g, { ...inputs, causal: true, headDim: 4, heads: 4 }, "GroupQueryAttention")).toThrow("multiple of 8");
  });
});
