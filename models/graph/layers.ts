/** Layers of transformers. Each takes the builder at its own place in the checkpoint: `linear(g.at("attn.to_q"), x, …)`. */
import { plainGelu, plainLayerNorm, plainRmsNorm, plainSilu } from "./decompositions";
import { contrib, float, int, text, type GraphBuilder, type Value } from "./graph-builder";
import { chosenForm, type Form } from "./operator-choice";

/** y = x Wᵀ + b for PyTorch's [out, in] weight. [..., in] → [..., out]. */
export function linear(
  g: GraphBuilder, x: Value, inFeatures: number, outFeatures: number, options: { bias?: boolean; form?: Form<"linear"> } = {},
): Value {
  const { bias = true, form = chosenForm("linear") } = options;
  const weight = g.weight("weight", [outFeatures, inFeatures]);
  const withBias = (product: Value) => (bias ? g.add(product, g.weight("bias", [outFeatures])) : product);
  switch (form) {
    case "FusedMatMul":
      return withBias(g.node("FusedMatMul", [x, weight], { transB: int(1) }, { domain: contrib }));
    case "decomposed":
      return withBias(g.node("MatMul", [x, g.transpose(weight, [1, 0])]));
  }
}

/** Rows of the checkpoint's `weight` [count, dim]. ids int64 [...] → [..., dim]. */
export function embedding(g: GraphBuilder, ids: Value, count: number, dim: number): Value {
  return g.gather(g.weight("weight", [count, dim]), ids);
}

/** Over the last axis, of size `dim`. Without `affine`, neither scale nor shift are in the checkpoint. */
export function layerNorm(
  g: GraphBuilder, x: Value, dim: number, options: { eps: number; affine?: boolean; form?: Form<"layer norm"> },
): Value {
  const { eps, affine = true, form = chosenForm("layer norm") } = options;
  const scale = affine ? g.weight("weight", [dim]) : g.constant(new Float32Array(dim).fill(1), [dim]);
  const bias = affine ? g.weight("bias", [dim]) : null;
  if (form === "decomposed") return plainLayerNorm(g, x, scale, bias, eps);
  return g.node("LayerNormalization", bias ? [x, scale, bias] : [x, scale], { axis: int(-1), epsilon: float(eps) });
}

/** x / rms(x) · weight, over the last axis, of size `dim`. */
export function rmsNorm(g: GraphBuilder, x: Value, dim: number, options: { eps: number; form?: Form<"RMS norm"> }): Value {
  const { eps, form = chosenForm("RMS norm") } = options;
  const scale = g.weight("weight", [dim]);
  if (form === "decomposed") return plainRmsNorm(g, x, scale, eps);
  return g.node(form, [x, scale], { axis: int(-1), epsilon: float(eps) });
}

/** x · sigmoid(x), which is QuickGelu with alpha 1. */
export function silu(g: GraphBuilder, x: Value, form: Form<"SiLU"> = chosenForm("SiLU")): Value {
  return form === "decomposed" ? plainSilu(g, x) : g.node("QuickGelu", [x], { alpha: float(1) }, { domain: contrib });
}

/** x · sigmoid(1.702 x): CLIP's activation. */
export function quickGelu(g: GraphBuilder, x: Value): Value {
  return g.node("QuickGelu", [x], { alpha: float(1.702) }, { domain: contrib });
}

/** x Φ(x), or its approximation by tanh. */
export function gelu(g: GraphBuilder, x: Value, approximation: "none" | "tanh" = "none", form: Form<"GELU, tanh"> = chosenForm(approximation === "none" ? "GELU" : "GELU, tanh")): Value {
  switch (form) {
    case "Gelu":
      return g.node("Gelu", [x], { approximate: text(approximation) });
    case "FastGelu":
      if (approximation === "none") throw new Error("FastGelu is the approximation by tanh; ask for that, or for Gelu.");
      return g.node("FastGelu", [x], {}, { domain: contrib });
    case "decomposed":
      return plainGelu(g, x, approximation);
  }
}
