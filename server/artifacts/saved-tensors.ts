/** Stored tensors that a workflow names: frames and outputs somebody pinned. */
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { said } from "@/models/said";
import type { Tensors } from "@/models/tensor";
import { NodeError } from "@/nodes/define-node";
import { ArtifactError, type ArtifactStore } from "./store";

/** The tensors of the .safetensors artifact `hash`. Throws a NodeError when it is gone or damaged, and an ArtifactError when it cannot be read. */
export async function readSavedTensors(store: ArtifactStore, hash: string): Promise<Tensors> {
  try {
    return decodeSafetensors(await store.read({ hash, kind: "safetensors" }), `artifact ${hash}`).tensors;
  } catch (cause) {
    if (!(cause instanceof ArtifactError) || (cause.reason !== "gone" && cause.reason !== "damaged")) throw cause;
    const file = { hash: hash.slice(0, 12) };
    const message = cause.reason === "gone" ? said("The saved file {hash}… is not in the artifact store.", file) : said("The saved file {hash}… was damaged and has been removed.", file);
    throw Object.assign(new NodeError(message, said("Run the node they are from anew, with the same params, or pin another frame.")), { cause });
  }
}
