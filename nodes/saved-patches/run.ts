import { said } from "@/models/said";
import type { Tensors } from "@/models/tensor";
import { NodeError, oneStep, type ParamsOf } from "../define-node";
import { noticeNotFinite, savedTensor, savedTensors, shapeWords } from "../saved-tensors";
import type { savedPatchesSpec } from "./spec";

type Params = ParamsOf<typeof savedPatchesSpec>;

/** A stored tensor [1, patches, hidden] as patch latents of the checkpoint in use, with the file's mask [1, patches] where there is one. */
export const runSavedPatches = oneStep<typeof savedPatchesSpec>(async ({ params, models, loadTensors, notice }) => {
  const tensors = await savedTensors(params, loadTensors);
  const patches = savedTensor(tensors, params.tensor);
  const size = models.pipeline.bifrost.text.hidden_size;
  const [batch, count = 0, ofThese] = patches.dims;
  if (patches.dims.length !== 3 || batch !== 1 || count === 0 || ofThese !== size) {
    throw new NodeError(
      said("The saved tensor “{tensor}” has the shape {shape}; patch latents of this checkpoint are [1, patches, {size}].", { tensor: params.tensor, shape: shapeWords(patches.dims), size }),
      said("Pin a frame of an unmasker, or patch latents, made with this checkpoint."),
    );
  }
  noticeNotFinite(patches, params.tensor, notice);
  return { patches: { type: "patch-latents", tensors: { patch_latents: patches, ...maskOf(tensors, params, count) }, facts: gridOf(params, count) } };
});

function gridOf({ rows, columns }: Params, count: number): { rows: number; columns: number } {
  const square = Math.sqrt(count);
  if (rows === 0 && columns === 0) {
    if (Number.isInteger(square)) return { rows: square, columns: square };
    throw new NodeError(said("{count} saved patches make no square grid.", { count }), said("Set rows and columns."));
  }
  if (rows * columns === count) return { rows, columns };
  throw new NodeError(said("The saved tensor holds {count} patches, which do not fill a grid of {rows} × {columns}.", { count, rows, columns }), Number.isInteger(square) ? said("Set rows and columns to {square}, or both to 0.", { square }) : said("Change rows and columns."));
}

function maskOf(tensors: Tensors, { mask: wanted }: Params, count: number): Tensors {
  if (!wanted || !Object.hasOwn(tensors, "mask")) return {};
  const mask = savedTensor(tensors, "mask");
  if (mask.dims.length === 2 && mask.dims[0] === 1 && mask.dims[1] === count) return { mask };
  throw new NodeError(said("The saved mask has the shape {shape}; with these patches it should be [1, {count}].", { shape: shapeWords(mask.dims), count }), said("Turn off “Keep its mask”, or pin another frame."));
}
