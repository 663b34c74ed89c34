import { said } from "@/models/said";
import { float32 } from "@/models/tensor";
import { NodeError, oneStep } from "../define-node";
import { maskedCount, maskOf, patchesOf } from "../patch-masks";
import type { patchMaskSpec } from "./spec";

/** Adds `mask` [1, patches] to patch latents, which stay as they are: 1 where a patch is to be made anew. */
export const runPatchMask = oneStep<typeof patchMaskSpec>(({ inputs, params, notice }) => {
  const { rows, columns } = inputs.patches.facts;
  const count = rows * columns;
  const outside = params.patches.filter((position) => position >= count);
  if (outside.length > 0) {
    throw new NodeError(said("Painted patch {patch} lies outside the grid of {rows} × {columns}, whose patches are 0 to {last}.", { patch: outside[0]!, rows, columns, last: count - 1 }), said("Paint the patches again: this mask was made for a larger grid."));
  }
  const [painted, others] = params.painted === "made anew" ? [1, 0] : [0, 1];
  const mask = new Float32Array(count).fill(others);
  for (const position of params.patches) mask[position] = painted;
  const own = maskedCount(mask);
  maskOf(inputs.patches)?.forEach((value, position) => {
    if (value !== 0) mask[position] = 1;
  });
  const more = maskedCount(mask) - own;
  if (more > 0) notice(more === 1 ? said("1 more patch is made anew: the input marks it already.") : said("{more} more patches are made anew: the input marks them already.", { more }));
  if (maskedCount(mask) === 0) notice(said("No patch is marked: everything is kept."));
  return { patches: { type: "patch-latents", tensors: { patch_latents: patchesOf(inputs.patches), mask: float32(mask, [1, count]) }, facts: { rows, columns } } };
});
