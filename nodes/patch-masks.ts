/** The mask that patch latents may carry: which of them are to be made anew (see ports.ts). */
import { said } from "@/models/said";
import { type Tensor, float32Data } from "@/models/tensor";
import { NodeError } from "./define-node";
import type { Value } from "./values";

/** [patches], 1 where a patch is to be made anew; undefined when the value carries no mask. Throws a NodeError for one that does not fit. */
export function maskOf({ tensors, facts }: Value<"patch-latents">): Float32Array | undefined {
  if (!tensors.mask) return undefined;
  const mask = float32Data(tensors.mask, "patch-latents.mask");
  const count = facts.rows * facts.columns;
  if (mask.length !== count) throw new NodeError(said("The mask covers {covered} patches, the grid of {rows} × {columns} has {count}.", { covered: mask.length, rows: facts.rows, columns: facts.columns, count }), said("Make the mask with a Patch Mask node on these patches."));
  return mask;
}

export function maskedCount(mask: Float32Array): number {
  return mask.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
}

/** The latents' own tensor, apart from the mask. */
export function patchesOf({ tensors }: Value<"patch-latents">): Tensor<"float32"> {
  float32Data(tensors.patch_latents, "patch-latents.patch_latents");
  return tensors.patch_latents as Tensor<"float32">;
}
