/** What an unmasker knows before its first iteration: for the node itself, and for whoever looks at an iteration. */
import type { Pipeline } from "@/models/checkpoints/pipeline";
import { TorchGenerator } from "@/models/random/torch-generator";
import { said } from "@/models/said";
import { NodeError, type ParamsOf } from "../define-node";
import { maskOf } from "../patch-masks";
import { floats, type Value } from "../values";
import type { visualBranchUnmaskerSpec } from "./spec";

export interface KnownPatches {
  /** A permutation of the positions; those at its end are fixed first. */
  readonly order: readonly number[];
  /** Positions whose latents stay. */
  readonly kept: ReadonlySet<number>;
  /** [patches · hidden]: latents where they are kept, zero elsewhere. */
  readonly latents: Float32Array;
}

/** Throws a NodeError for patches of another grid or size. */
export function knownPatches(known: Value<"patch-latents"> | undefined, params: Pick<ParamsOf<typeof visualBranchUnmaskerSpec>, "seed" | "keep">, { bifrost, geometry }: Pipeline): KnownPatches {
  const count = geometry.patchGrid ** 2;
  const size = bifrost.text.hidden_size;
  const order = new TorchGenerator(params.seed).randperm(count);
  if (!known) return { order, kept: new Set(), latents: new Float32Array(count * size) };
  const kept = keptPositions(known, order, params.keep);
  return { order, kept, latents: keptLatents(known, kept, geometry.patchGrid, size) };
}

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
    throw new NodeError(said("The known patches lie on a {rows} × {columns} grid; this checkpoint's visual branch works on {grid} × {grid}.", { rows, columns, grid }), said("Make them with the CLIP Patch Encoder of the same checkpoint."));
  }
  const latents = new Float32Array(given.length);
  for (const position of kept) latents.set(given.subarray(position * size, (position + 1) * size), position * size);
  return latents;
}
