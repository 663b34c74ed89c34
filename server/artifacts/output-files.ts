/** The files that a node's outputs lie in. */
import type { Artifact, Output } from "@/nodes/run-events";
import type { Flaw } from "@/server/engine/contract";
import type { ArtifactStore } from "./store";

export function filesOf(outputs: readonly Output[]): Artifact[] {
  return outputs.flatMap(({ tensors, picture }) => (picture ? [tensors, picture] : [tensors]));
}

/** What has become of them, read to the last byte; null when they are sound. Removes nothing. */
export async function flawOf(store: ArtifactStore, outputs: readonly Output[]): Promise<Flaw | null> {
  for (const file of filesOf(outputs)) {
    const condition = await store.check(file);
    if (condition !== "sound") return condition === "damaged" ? "damaged" : "evicted";
  }
  return null;
}
