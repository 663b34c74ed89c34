/** The layers that the operator bench times, at the shapes they have in bifrost-mini and in the released models. */
import { attention, attentionOperator, rotary, type AttentionForm, type AttentionInputs } from "@/models/graph/attention";
import { groupNorm } from "@/models/graph/convolution";
import type { GraphBuilder, Value } from "@/models/graph/graph-builder";
import { gelu, layerNorm, linear, rmsNorm, silu } from "@/models/graph/layers";
import type { Form, Operator } from "@/models/graph/operator-choice";

type Dims = Readonly<Record<string, readonly number[]>>;

export interface OperatorCase {
  readonly operator: Operator;
  readonly shape: string;
  /** Float32 inputs. The first is passed through the layer, several times over. */
  readonly inputs: Dims;
  readonly weights: Dims;
  build(g: GraphBuilder, form: string, x: Value, inputs: Readonly<Record<string, Value>>): Value;
}

const eps = 1e-6;

/** Positions, width and, of the MLP, inner width of a stream of tokens. */
const streams = [
  ["mini FLUX, 96 tokens", 96, 192, 768],
  ["FLUX at 512 px, 1,536 tokens", 1536, 3072, 12288],
  ["mini's visual branch, 64 patches", 64, 192, 512],
  ["Qwen 7B's visual branch, 256 patches", 256, 3584, 18944],
] as const;

interface Heads {
  batch?: number;
  queries: number;
  keys?: number;
  heads: number;
  kvHeads?: number;
  headDim: number;
  causal?: boolean;
  bias?: boolean;
}

const attentions: readonly (readonly [string, Heads])[] = [
  ["mini FLUX", { queries: 96, heads: 3, headDim: 64 }],
  ["FLUX at 512 px", { queries: 1536, heads: 24, headDim: 128 }],
  ["autoencoder at 512 px, 4,096 pixels", { queries: 4096, heads: 1, headDim: 512 }],
  ["mini's visual encoder, windows", { batch: 4, queries: 64, heads: 4, headDim: 32 }],
  ["Qwen 7B's visual encoder, windows", { batch: 16, queries: 64, heads: 16, headDim: 80 }],
  ["Qwen 7B's visual encoder, whole", { queries: 1024, heads: 16, headDim: 80 }],
  ["mini's visual branch over 30 tokens", { queries: 64, keys: 94, heads: 6, kvHeads: 2, headDim: 32 }],
  ["Qwen 7B's visual branch over 300 tokens", { queries: 256, keys: 556, heads: 28, kvHeads: 4, headDim: 128 }],
  ["mini's text branch", { queries: 30, heads: 6, kvHeads: 2, headDim: 32, causal: true }],
  ["Qwen 7B's text branch", { queries: 300, heads: 28, kvHeads: 4, headDim: 128, causal: true }],
  ["mini's CLIP", { queries: 24, heads: 4, headDim: 32, causal: true }],
  ["CLIP-L", { queries: 77, heads: 12, headDim: 64, causal: true }],
  ["mini's T5", { queries: 32, heads: 4, headDim: 32, bias: true }],
  ["mini's both branches, 364 positions", { queries: 364, heads: 6, kvHeads: 2, headDim: 32, bias: true }],
  ["Qwen 7B's both branches, 556 positions", { queries: 556, heads: 28, kvHeads: 4, headDim: 128, bias: true }],
  ["T5-XXL", { queries: 512, heads: 64, headDim: 64, bias: true }],
];

function attentionCase(shape: string, { batch = 1, queries, keys = queries, heads, kvHeads = heads, headDim, causal, bias }: Heads): OperatorCase {
  const of = (query: Value, key: Value, value: Value, added: Value | undefined): AttentionInputs => ({
    query, key, value, heads, kvHeads, headDim, ...(causal && { causal }), ...(added && { bias: added }),
  });
  const none: Value = { name: "", type: "float32" };
  const shared = [batch, keys, kvHeads * headDim];
  return {
    operator: attentionOperator(of(none, none, none, bias ? none : undefined)),
    shape,
    inputs: { x: [batch, queries, heads * headDim], key: shared, value: shared, ...(bias && { bias: [1, kvHeads === heads ? heads : 1, queries, keys] }) },
    weights: {},
    build: (g, form, x, { key, value, bias }) => attention(g, of(x, key!, value!, bias), form as AttentionForm),
  };
}

function groupNormCase(shape: string, channels: number, side: number): OperatorCase {
  return {
    operator: "group norm", shape, inputs: { x: [1, channels, side, side] }, weights: { weight: [channels], bias: [channels] },
    build: (g, form, x) => groupNorm(g, x, channels, { groups: 32, eps, form: form as Form<"group norm"> }),
  };
}

export function operatorCases(): OperatorCase[] {
  const perStream = streams.flatMap(([shape, tokens, width, inner]): OperatorCase[] => {
    const x = [1, tokens, width];
    const vectors = { weight: [width], bias: [width] };
    const activation = { shape: `${shape}, ${inner} wide`, inputs: { x: [1, tokens, inner] }, weights: {} };
    return [
      { operator: "linear", shape, inputs: { x }, weights: { weight: [width, width], bias: [width] }, build: (g, form, x) => linear(g, x, width, width, { form: form as Form<"linear"> }) },
      { operator: "layer norm", shape, inputs: { x }, weights: vectors, build: (g, form, x) => layerNorm(g, x, width, { eps, form: form as Form<"layer norm"> }) },
      { operator: "RMS norm", shape, inputs: { x }, weights: vectors, build: (g, form, x) => rmsNorm(g, x, width, { eps, form: form as Form<"RMS norm"> }) },
      { operator: "SiLU", ...activation, build: (g, form, x) => silu(g, x, form as Form<"SiLU">) },
      { operator: "GELU", ...activation, build: (g, form, x) => gelu(g, x, "none", form as Form<"GELU">) },
      { operator: "GELU, tanh", ...activation, build: (g, form, x) => gelu(g, x, "tanh", form as Form<"GELU, tanh">) },
    ];
  });
  const perHead = ([["mini FLUX, 3 heads of 64", 96, 3, 64, "neighbours"], ["FLUX at 512 px, 24 heads of 128", 1536, 24, 128, "neighbours"], ["Qwen 7B's text, 28 heads of 128", 300, 28, 128, "halves"]] as const).flatMap(
    ([shape, tokens, heads, headDim, pairs]): OperatorCase[] => {
      const table = [1, tokens, headDim / 2];
      return [
        { operator: "RMS norm", shape: `queries of ${shape}`, inputs: { x: [1, tokens, heads, headDim] }, weights: { weight: [headDim] }, build: (g, form, x) => rmsNorm(g, x, headDim, { eps, form: form as Form<"RMS norm"> }) },
        { operator: "rotary", shape, inputs: { x: [1, tokens, heads * headDim], cos: table, sin: table }, weights: {}, build: (g, form, x, { cos, sin }) => rotary(g, x, { cos: cos!, sin: sin!, pairs }, heads, form as Form<"rotary">) },
      ];
    },
  );
  const all = [
    ...perStream, ...perHead, ...attentions.map(([shape, heads]) => attentionCase(shape, heads)),
    groupNormCase("mini's autoencoder, 64 channels of 64²", 64, 64), groupNormCase("autoencoder, 512 channels of 64²", 512, 64), groupNormCase("autoencoder, 128 channels of 512²", 128, 512),
  ];
  return all.sort((a, b) => (a.operator < b.operator ? -1 : a.operator > b.operator ? 1 : 0));
}
