/**
 * Which operator stands for each layer in the graphs. ONNX Runtime has fused kernels for most, often several; `npm run
 * bench -- ops` times them against each other and against the plain decomposition, which the tests hold them to.
 */

interface Choice {
  /** All forms that are written and tested, the plain decomposition last. */
  readonly forms: readonly string[];
  readonly chosen: string;
  /** Why, by measurement on the CPU unless said otherwise. Figures: docs/decisions/0011-fused-operators.md. */
  readonly because: string;
}

export const operatorChoices = {
  linear: {
    forms: ["FusedMatMul", "decomposed"],
    chosen: "FusedMatMul",
    because: "as fast as MatMul over a weight transposed at load, without that copy; mapped weights are not folded and would be transposed in every run",
  },
  attention: {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "MultiHeadAttention",
    because: "flash: at 1,536 tokens the fastest or level, and never holds the score matrix, 2 GB for FLUX at 1,024 px; on windows of 64 positions Attention takes 0.5 to 0.7 of its time",
  },
  "attention, grouped heads": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "MultiHeadAttention wants keys and values copied for every query head that shares them, and takes 1.3 to 1.4 times as long",
  },
  "attention, causal": {
    forms: ["MultiHeadAttention", "GroupQueryAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "the others take 1.5 to 2 times as long at the lengths of prompts",
  },
  "attention, causal, grouped heads": {
    forms: ["MultiHeadAttention", "GroupQueryAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "GroupQueryAttention takes as long at 300 tokens and 1.4 times at 30, MultiHeadAttention 1.6 times",
  },
  "attention, bias": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "MultiHeadAttention takes 1.7 times as long at mini's T5, the same at T5-XXL",
  },
  "attention, bias, grouped heads": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "no copies of shared keys and values, for which MultiHeadAttention takes 1.3 times as long",
  },
  "layer norm": { forms: ["LayerNormalization", "decomposed"], chosen: "LayerNormalization", because: "the decomposition takes 2.0 to 2.9 times as long" },
  "RMS norm": { forms: ["RMSNormalization", "SimplifiedLayerNormalization", "decomposed"], chosen: "RMSNormalization", because: "the decomposition takes 1.5 to 2.3 times as long; SimplifiedLayerNormalization the same, and is no standard operator" },
  "group norm": { forms: ["InstanceNormalization", "GroupNormalization", "decomposed"], chosen: "InstanceNormalization", because: "GroupNormalization is expanded into 29 nodes and takes 1.2 to 1.7 times as long, the decomposition 1.1 to 1.5 times" },
  SiLU: { forms: ["QuickGelu", "decomposed"], chosen: "QuickGelu", because: "the decomposition takes 1.2 to 2.3 times as long" },
  GELU: { forms: ["Gelu", "decomposed"], chosen: "Gelu", because: "the decomposition takes 1.5 to 3.4 times as long" },
  "GELU, tanh": { forms: ["Gelu", "FastGelu", "decomposed"], chosen: "Gelu", because: "the decomposition takes 1.7 to 4.6 times as long; FastGelu the same, and is no standard operator" },
  rotary: { forms: ["RotaryEmbedding", "decomposed"], chosen: "RotaryEmbedding", because: "the decomposition takes 4 to 6 times as long" },
} as const satisfies Readonly<Record<string, Choice>>;

export type Operator = keyof typeof operatorChoices;
export type Form<O extends Operator> = (typeof operatorChoices)[O]["forms"][number];

/** The form that the graphs use. The one place where it is decided. */
export function chosenForm<O extends Operator>(operator: O): Form<O> {
  return operatorChoices[operator].chosen;
}
