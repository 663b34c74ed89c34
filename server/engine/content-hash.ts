/** Names for what nodes are computed from and give: sha256 in hex (docs/decisions/0012). */
import { createHash } from "node:crypto";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { canonicalJson, type Recipe } from "@/nodes/recipe";
import type { Artifact, Output } from "@/nodes/run-events";
import type { Value } from "@/nodes/values";

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** The key of a result: equal for equal recipes. */
export function recipeKey(recipe: Recipe): string {
  return sha256(canonicalJson(recipe));
}

export interface Encoded {
  /** A safetensors file. */
  readonly bytes: Uint8Array;
  readonly artifact: Artifact;
}

/** A value's tensors as the file they are stored as. */
export function encodeValue(value: Value): Encoded {
  const bytes = encodeSafetensors(value.tensors);
  return { bytes, artifact: { hash: sha256(bytes), kind: "safetensors", bytes: bytes.length } };
}

/** Equal for outputs that are the same to whatever takes them: type, tensors and facts. */
export function contentHash({ type, tensors, facts }: Pick<Output, "type" | "tensors" | "facts">): string {
  return sha256(canonicalJson({ type, tensors: tensors.hash, facts }));
}
