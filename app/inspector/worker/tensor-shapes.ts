/** Tensors as what they mean, where their shape allows it, and as sets of vectors for a basis. */
import type { Latents } from "../tensors/latent-fields";
import type { Patches } from "../tensors/patch-fields";
import type { VectorSet } from "../tensors/principal-components";
import type { Numbers } from "../tensors/tensor-numbers";

/** [… , patches, dims], the grid's rows and columns perhaps a dimension each. Null when the shape is not that of patches. */
export function patchesOf(dims: readonly number[], numbers: Numbers): Patches | null {
  const size = dims.at(-1);
  return size === undefined || dims.length < 2 ? null : { numbers, count: dims.slice(0, -1).reduce((product, dim) => product * dim, 1), size };
}

/** Null when the shape is not that of latents. */
export function latentsOf(dims: readonly number[], numbers: Numbers): Latents | null {
  const [channels, height, width] = dims.length === 4 && dims[0] === 1 ? dims.slice(1) : [];
  return channels === undefined || height === undefined || width === undefined ? null : { numbers, channels, height, width };
}

export function vectorsOfPatches({ numbers, count, size }: Patches, mask: Numbers | null): VectorSet {
  return { numbers, count, stride: size, step: 1, mask };
}

export function vectorsOfLatents({ numbers, height, width }: Latents): VectorSet {
  return { numbers, count: height * width, stride: 1, step: height * width, mask: null };
}
