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
    because: "reads the checkpoint's [out, in] weight as it lies; a Transpose before MatMul would copy weights that are not folded",
  },
  attention: {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "MultiHeadAttention",
    because: "flash: never holds the score matrix",
  },
  "attention, grouped heads": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "keys and values are not copied for every query head that shares them",
  },
  "attention, causal": {
    forms: ["MultiHeadAttention", "GroupQueryAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "fastest at the lengths of prompts",
  },
  "attention, causal, grouped heads": {
    forms: ["MultiHeadAttention", "GroupQueryAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "fastest at the lengths of prompts",
  },
  "attention, bias": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "fastest at T5's lengths",
  },
  "attention, bias, grouped heads": {
    forms: ["MultiHeadAttention", "Attention", "decomposed"],
    chosen: "Attention",
    because: "keys and values are not copied for every query head that shares them",
  },
  "layer norm": { forms: ["LayerNormalization", "decomposed"], chosen: "LayerNormalization", because: "one pass" },
  "RMS norm": { forms: ["RMSNormalization", "SimplifiedLayerNormalization", "decomposed"], chosen: "RMSNormalization", because: "one pass" },
  "group norm": { forms: ["InstanceNormalization", "GroupNormalization", "decomposed"], chosen: "InstanceNormalization", because: "GroupNormalization is expanded into 29 nodes" },
  SiLU: { forms: ["QuickGelu", "decomposed"], chosen: "QuickGelu", because: "one pass" },
  GELU: { forms: ["Gelu", "decomposed"], chosen: "Gelu", because: "one pass" },
  "GELU, tanh": { forms: ["Gelu", "FastGelu", "decomposed"], chosen: "Gelu", because: "one pass" },
  rotary: { forms: ["RotaryEmbedding", "decomposed"], chosen: "RotaryEmbedding", because: "one pass" },
} as const satisfies Readonly<Record<string, Choice>>;

export type Operator = keyof typeof operatorChoices;
export type Form<O extends Operator> = (typeof operatorChoices)[O]["forms"][number];

/** The form that the graphs use. The one place where it is decided. */
export function chosenForm<O extends Operator>(operator: O): Form<O> {
  return operatorChoices[operator].chosen;
}
