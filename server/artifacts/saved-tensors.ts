/** Stored tensors that a workflow names: frames and outputs somebody pinned. */
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { Tensors } from "@/models/tensor";
import { NodeError } from "@/nodes/define-node";
import { ArtifactError, type ArtifactStore } from "./store";

/** The tensors of the .safetensors artifact `hash`. Throws a NodeError when it is gone or damaged, and an ArtifactError when it cannot be read. */
export async function readSavedTensors(store: ArtifactStore, hash: string): Promise<Tensors> {
  try {
    return decodeSafetensors(await store.read({ hash, kind: "safetensors" }), `artifact ${hash}`).tensors;
  } catch (cause) {
    if (!(cause instanceof ArtifactError) || (cause.reason !== "gone" && cause.reason !== "damaged")) throw cause;
    const message = cause.reason === "gone" ? "is not in the artifact store" : "was damaged and has been removed";
    throw Object.assign(new NodeError(`The saved file ${hash.slice(0, 12)}… ${message}.`, "Run the workflow they are from again, with the same params, or pin another frame."), { cause });
  }
}
