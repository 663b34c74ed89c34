import { unmaskingIterations } from "@/models/schedulers/mar-unmasking";
import { float32, float32Data } from "@/models/tensor";
import type { Frame, NodeRun } from "../define-node";
import { patchPicture } from "../pictures";
import { knownPatches } from "./known-patches";
import { predictorOf } from "./predictor";
import type { visualBranchUnmaskerSpec } from "./spec";

/** Bifrost-1's generation of patch latents: all masked at first, a few fixed per iteration in random order (MAR). */
export const runVisualBranchUnmasker: NodeRun<typeof visualBranchUnmaskerSpec> = async function* ({ inputs, params, models, notice, resumeAfter }) {
  const { bifrost, geometry, preview } = models.pipeline;
  const count = geometry.patchGrid ** 2;
  const size = bifrost.text.hidden_size;
  const predict = await predictorOf(models, inputs.text.facts.text, params, notice);

  const { order, kept, latents: known } = knownPatches(inputs.known, params, models.pipeline);
  const latents = resumeAfter ? float32Data(resumeAfter.tensors.patch_latents, "patch_latents").slice() : known;

  for (const { index, total, mask, unmasked } of unmaskingIterations({ order, iterations: params.iterations, known: kept })) {
    if (resumeAfter && index < resumeAfter.step) continue;
    if (unmasked.length > 0) {
      const prediction = await predict({ patch_latents: float32(latents, [1, count, size]), mask: float32(mask, [1, count]) });
      for (const position of unmasked) latents.set(prediction.subarray(position * size, (position + 1) * size), position * size);
    }
    yield frame({ index, total, latents, mask: without(mask, unmasked), given: inputs.known ? kept : null }, geometry.patchGrid, preview?.patch_rgb);
  }
  return {
    patches: {
      type: "patch-latents",
      tensors: { patch_latents: float32(latents, [1, count, size]) },
      facts: { rows: geometry.patchGrid, columns: geometry.patchGrid },
    },
  };
};

function without(mask: Float32Array, unmasked: readonly number[]): Float32Array {
  const after = mask.slice();
  for (const position of unmasked) after[position] = 0;
  return after;
}

interface Iteration {
  readonly index: number;
  readonly total: number;
  readonly latents: Float32Array;
  /** After it. */
  readonly mask: Float32Array;
  /** What was known before the first one; null where no patches are connected. */
  readonly given: ReadonlySet<number> | null;
}

/** The state after an iteration. Copies: the next iteration writes into the same latents. */
function frame({ index, total, latents, mask, given }: Iteration, grid: number, map: Parameters<typeof patchPicture>[3]): Frame {
  const preview = patchPicture(latents, grid, grid, map, mask);
  return {
    step: index + 1,
    total,
    tensors: {
      patch_latents: float32(latents.slice(), [1, mask.length, latents.length / mask.length]),
      mask: float32(mask, [1, mask.length]),
      // No mask after an iteration tells what it made from what was there.
      ...(given && { first_mask: float32(mask.map((_, position) => (given.has(position) ? 0 : 1)), [1, mask.length]) }),
    },
    numbers: { masked: mask.reduce((sum, value) => sum + value, 0) },
    ...(preview && { preview }),
  };
}
