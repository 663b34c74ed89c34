import { said } from "@/models/said";
import { float32 } from "@/models/tensor";
import { NodeError, oneStep } from "../define-node";
import { floatOutput } from "../model-outputs";
import { maskedCount, maskOf } from "../patch-masks";
import type { latentDownsamplerSpec } from "./spec";

/** Patch latents on their grid, [1, rows, columns, D] → control latents on FLUX's token grid, [1, H, W, D]. */
export const runLatentDownsampler = oneStep<typeof latentDownsamplerSpec>(async ({ inputs, params, models, notice }) => {
  const { rows, columns } = inputs.patches.facts;
  const patches = floatOutput(inputs.patches.tensors, "patch_latents");
  const size = patches.dims.at(-1)!;
  const mask = maskOf(inputs.patches);
  if (mask && maskedCount(mask) > 0) notice(said("{masked} of {count} patches are marked to be made anew, and were not: they are drawn as they are. An unmasker makes them.", { masked: maskedCount(mask), count: mask.length }));
  const cell = params.average === "none" ? 1 : Number.parseInt(params.average, 10);
  const grid = float32(averaged(patches.data, rows, columns, size, cell), [1, rows, columns, size]);

  const control = floatOutput(await models.run("resampler", { patch_latents: grid }), "control_latents");
  const [, controlRows, controlColumns] = control.dims as [number, number, number, number];
  return {
    control: { type: "control-latents", tensors: { control_latents: control }, facts: { rows: controlRows, columns: controlColumns } },
  };
});

/** Every cell of `cell` × `cell` patches becomes its mean, on the same grid: [rows · columns · size] → the same. */
function averaged(latents: Float32Array, rows: number, columns: number, size: number, cell: number): Float32Array {
  if (cell === 1) return latents;
  if (rows % cell !== 0 || columns % cell !== 0) {
    throw new NodeError(said("A grid of {rows} × {columns} patches does not divide into cells of {cell} × {cell}.", { rows, columns, cell }), said("Average over smaller cells."));
  }
  const means = new Float32Array(latents.length);
  const cellOf = (row: number, column: number) => (row - (row % cell)) * columns + column - (column % cell);
  const eachPatch = (visit: (patch: number, corner: number) => void) => {
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) visit(row * columns + column, cellOf(row, column));
  };
  // Sums gather in each cell's first patch, then go to all of its patches.
  eachPatch((patch, corner) => {
    for (let i = 0; i < size; i++) means[corner * size + i]! += latents[patch * size + i]! / cell ** 2;
  });
  eachPatch((patch, corner) => means.copyWithin(patch * size, corner * size, (corner + 1) * size));
  return means;
}
