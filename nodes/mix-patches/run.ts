import { said } from "@/models/said";
import { float32 } from "@/models/tensor";
import { NodeError, oneStep } from "../define-node";
import { maskOf, patchesOf } from "../patch-masks";
import type { Value } from "../values";
import type { mixPatchesSpec } from "./spec";

/** Patch latents [1, patches, hidden] of two inputs → one of the same shape. It carries no mask. */
export const runMixPatches = oneStep<typeof mixPatchesSpec>(({ inputs: { a, b }, params }) => {
  const [first, second] = [patchesOf(a), patchesOf(b)];
  const { rows, columns } = a.facts;
  if (rows !== b.facts.rows || columns !== b.facts.columns || first.data.length !== second.data.length) {
    throw new NodeError(said("Patches on a grid of {grid} cannot be mixed with patches on a grid of {other}.", { grid: gridWords(a), other: gridWords(b) }), said("Make both with the same checkpoint."));
  }
  const mixed = params.mode === "by mask" ? byMask(first.data, second.data, markedOf(a, b)) : byAmount(first.data, second.data, params.amount, params.interpolation === "spherical" ? rows * columns : null);
  return { patches: { type: "patch-latents", tensors: { patch_latents: float32(mixed, first.dims) }, facts: { rows, columns } } };
});

const gridWords = ({ facts, tensors }: Value<"patch-latents">) => `${facts.rows} × ${facts.columns} with ${tensors.patch_latents?.dims.at(-1)} channels`;

function markedOf(a: Value<"patch-latents">, b: Value<"patch-latents">): Float32Array {
  const mask = maskOf(a) ?? maskOf(b);
  if (!mask) throw new NodeError(said("Neither of the patches carries a mask."), said("Put a Patch Mask before one of the inputs, or mix by amount."));
  return mask;
}

/** The patches that `mask` marks from b, the others from a, each bit for bit. */
function byMask(a: Float32Array, b: Float32Array, mask: Float32Array): Float32Array {
  const size = a.length / mask.length;
  const mixed = a.slice();
  for (let patch = 0; patch < mask.length; patch++) if (mask[patch] !== 0) mixed.set(b.subarray(patch * size, (patch + 1) * size), patch * size);
  return mixed;
}

/** With a number of patches, each is interpolated spherically. At amounts 0 and 1 it is a or b bit for bit. */
function byAmount(a: Float32Array, b: Float32Array, amount: number, patches: number | null): Float32Array {
  if (amount === 0 || amount === 1) return (amount === 0 ? a : b).slice();
  if (patches === null) return a.map((value, i) => (1 - amount) * value + amount * b[i]!);
  const size = a.length / patches;
  const mixed = new Float32Array(a.length);
  for (let at = 0; at < a.length; at += size) mixed.set(spherical(a.subarray(at, at + size), b.subarray(at, at + size), amount), at);
  return mixed;
}

/** Below this sine the formula divides by next to nothing; the arc is then as good as straight. */
const smallestSine = 1e-4;

/**
 * Shoemake's slerp (1985) between directions: sin((1 − t)ω) / sin ω · a + sin(tω) / sin ω · b, its length going evenly
 * from a's to b's. Linear where a direction is missing, or both are the same or opposite.
 */
function spherical(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const [lengthA, lengthB] = [Math.hypot(...a), Math.hypot(...b)];
  const cosine = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (lengthA * lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine >= smallestSine)) return a.map((value, i) => (1 - t) * value + t * b[i]!);
  const length = (1 - t) * lengthA + t * lengthB;
  const [ofA, ofB] = [(Math.sin((1 - t) * angle) / sine / lengthA) * length, (Math.sin(t * angle) / sine / lengthB) * length];
  return a.map((value, i) => ofA * value + ofB * b[i]!);
}
