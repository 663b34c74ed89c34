/** Patches [patches, dims] as numbers on their grid, one per patch. Sums are taken in float64. */
import type { Grid } from "../worker/contract";
import { plainField, type Field } from "./field";
import type { Numbers } from "./tensor-numbers";

export interface Patches {
  /** [count, size] row by row */
  readonly numbers: Numbers;
  readonly count: number;
  readonly size: number;
}

/** [count], not 0 where a patch is not known yet. */
export type PatchMask = Numbers;

/** The first patch that is known; the first of all when none is. */
export function firstKnown(mask: PatchMask | undefined): number {
  return mask ? Math.max(0, mask.indexOf(0)) : 0;
}

/** ‖patch‖₂ */
export function patchNorms({ numbers, count, size }: Patches, grid: Grid, mask?: PatchMask): Field {
  const norms = new Float32Array(count);
  for (let patch = 0; patch < count; patch++) {
    let squares = 0;
    for (let i = patch * size, end = i + size; i < end; i++) squares += numbers[i]! * numbers[i]!;
    norms[patch] = Math.sqrt(squares);
  }
  return onGrid(norms, grid, mask, { map: "sequential" });
}

/** ‖patch − patch before‖₂; both of one shape. */
export function patchChange({ numbers, count, size }: Patches, before: Patches, grid: Grid, mask?: PatchMask): Field {
  const change = new Float32Array(count);
  const { numbers: old } = before;
  for (let patch = 0; patch < count; patch++) {
    let squares = 0;
    for (let i = patch * size, end = i + size; i < end; i++) {
      const apart = numbers[i]! - old[i]!;
      squares += apart * apart;
    }
    change[patch] = Math.sqrt(squares);
  }
  return onGrid(change, grid, mask, { map: "sequential" });
}

/** Cosine of each patch to patch `chosen`, from −1 to 1; NaN where one of the two is all zero, all blank while `chosen` is masked. */
export function patchSimilarity({ numbers, count, size }: Patches, chosen: number, grid: Grid, mask?: PatchMask): Field {
  const cosines = new Float32Array(count);
  if (mask && mask[chosen] !== 0) return onGrid(cosines, grid, new Float32Array(count).fill(1), { map: "diverging", range: [-1, 1] });
  const one = new Float64Array(numbers.subarray(chosen * size, (chosen + 1) * size));
  let own = 0;
  for (const value of one) own += value * value;
  for (let patch = 0; patch < count; patch++) {
    let [dot, squares] = [0, 0];
    for (let d = 0, i = patch * size; d < size; d++, i++) {
      const value = numbers[i]!;
      dot += value * one[d]!;
      squares += value * value;
    }
    cosines[patch] = dot / Math.sqrt(squares * own);
  }
  return onGrid(cosines, grid, mask, { map: "diverging", range: [-1, 1] });
}

/** One dimension of every patch. */
export function patchDimension({ numbers, count, size }: Patches, dimension: number, grid: Grid, mask?: PatchMask): Field {
  const values = Float32Array.from({ length: count }, (_, patch) => numbers[patch * size + dimension]!);
  return onGrid(values, grid, mask, { map: "diverging" });
}

/**
 * The iteration at which each patch was unmasked: that of the first mask that has a 0 there. Blank where none has.
 * Every mask is [rows · columns]; `steps` names their iterations, which count from 1 to `last`. What `first`, the mask
 * before the first iteration, has a 0 for was given: 0, of no iteration.
 */
export function unmaskOrder(masks: readonly PatchMask[], grid: Grid, steps: readonly number[], last: number, first?: PatchMask): Field {
  const order = new Float32Array(grid.rows * grid.columns).fill(NaN);
  const blank = new Uint8Array(order.length).fill(1);
  const know = (mask: PatchMask, step: number) => {
    for (let patch = 0; patch < order.length; patch++) {
      if (mask[patch] !== 0) continue;
      order[patch] = step;
      blank[patch] = 0;
    }
  };
  // From the last to the first, so that the first one has its say at the end.
  for (let at = masks.length - 1; at >= 0; at--) know(masks[at]!, steps[at]!);
  if (first) know(first, 0);
  const given = first ? [...order.keys()].filter((patch) => order[patch] === 0) : [];
  return plainField(grid.columns, grid.rows, order, { map: "sequential", blank, range: [1, Math.max(1, last)], given });
}

/** Where patches are known, 0 on the neutral middle of the map; those that are not are blank. */
export function knownField(mask: PatchMask, grid: Grid): Field {
  return onGrid(new Float32Array(mask.length), grid, mask, { map: "diverging", range: [-1, 1] });
}

function onGrid(values: Float32Array<ArrayBuffer>, { rows, columns }: Grid, mask: PatchMask | undefined, settings: Pick<Field, "map"> & Partial<Field>): Field {
  const blank = mask ? new Uint8Array(values.length) : null;
  if (mask && blank) {
    for (let patch = 0; patch < values.length; patch++) {
      if (mask[patch] === 0) continue;
      blank[patch] = 1;
      values[patch] = NaN;
    }
  }
  return plainField(columns, rows, values, { blank, ...settings });
}
