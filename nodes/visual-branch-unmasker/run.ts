import { TorchGenerator } from "@/models/random/torch-generator";
import { unmaskingIterations } from "@/models/schedulers/mar-unmasking";
import { float32, float32Data } from "@/models/tensor";
import { NodeError, type Frame, type NodeRun } from "../define-node";
import { maskOf } from "../patch-masks";
import { patchPicture } from "../pictures";
import { floats, type Value } from "../values";
import { predictorOf } from "./predictor";
import type { visualBranchUnmaskerSpec } from "./spec";

/** Bifrost-1's generation of patch latents: all masked at first, a few fixed per iteration in random order (MAR). */
export const runVisualBranchUnmasker: NodeRun<typeof visualBranchUnmaskerSpec> = async function* ({ inputs, params, models, notice, resumeAfter }) {
  const { bifrost, geometry, preview } = models.pipeline;
  const count = geometry.patchGrid ** 2;
  const size = bifrost.text.hidden_size;
  const predict = await predictorOf(models, inputs.text.facts.text, params, notice);

  const order = new TorchGenerator(params.seed).randperm(count);
  const kept = inputs.known ? keptPositions(inputs.known, order, params.keep) : new Set<number>();
  const latents = resumeAfter ? float32Data(resumeAfter.tensors.patch_latents, "patch_latents").slice() : inputs.known ? keptLatents(inputs.known, kept, geometry.patchGrid, size) : new Float32Array(count * size);

  for (const { index, total, mask, unmasked } of unmaskingIterations({ order, iterations: params.iterations, known: kept })) {
    if (resumeAfter && index < resumeAfter.step) continue;
    if (unmasked.length > 0) {
      const prediction = await predict({ patch_latents: float32(latents, [1, count, size]), mask: float32(mask, [1, count]) });
      for (const position of unmasked) latents.set(prediction.subarray(position * size, (position + 1) * size), position * size);
    }
    yield frame(index, total, latents, without(mask, unmasked), geometry.patchGrid, preview?.patch_rgb);
  }
  return {
    patches: {
      type: "patch-latents",
      tensors: { patch_latents: float32(latents, [1, count, size]) },
      facts: { rows: geometry.patchGrid, columns: geometry.patchGrid },
    },
  };
};

/** The positions that the known patches' mask leaves out; without a mask, a share of them that the order would fix first. */
function keptPositions(known: Value<"patch-latents">, order: readonly number[], share: number): Set<number> {
  const mask = maskOf(known);
  if (mask) return new Set(order.filter((position) => mask[position] === 0));
  return new Set(order.slice(order.length - Math.round(share * order.length)));
}

/** [count · size]: the known latents where they are kept, zero elsewhere. */
function keptLatents(known: Value<"patch-latents">, kept: ReadonlySet<number>, grid: number, size: number): Float32Array {
  const { rows, columns } = known.facts;
  const given = floats(known, "patch_latents");
  if (rows !== grid || columns !== grid || given.length !== grid * grid * size) {
    throw new NodeError(`The known patches lie on a ${rows} × ${columns} grid; this checkpoint's visual branch works on ${grid} × ${grid}.`, "Make them with the CLIP Patch Encoder of the same checkpoint.");
  }
  const latents = new Float32Array(given.length);
  for (const position of kept) latents.set(given.subarray(position * size, (position + 1) * size), position * size);
  return latents;
}

function without(mask: Float32Array, unmasked: readonly number[]): Float32Array {
  const after = mask.slice();
  for (const position of unmasked) after[position] = 0;
  return after;
}

/** The state after an iteration. Copies: the next iteration writes into the same latents. */
function frame(index: number, total: number, latents: Float32Array, mask: Float32Array, grid: number, map: Parameters<typeof patchPicture>[3]): Frame {
  const preview = patchPicture(latents, grid, grid, map, mask);
  return {
    step: index + 1,
    total,
    tensors: { patch_latents: float32(latents.slice(), [1, mask.length, latents.length / mask.length]), mask: float32(mask, [1, mask.length]) },
    numbers: { masked: mask.reduce((sum, value) => sum + value, 0) },
    ...(preview && { preview }),
  };
}
