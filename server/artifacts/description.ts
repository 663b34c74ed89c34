/** What an artifact holds, without its values. */
import type { ArtifactDescription } from "@/server/api/contract";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { Artifact } from "@/nodes/run-events";
import type { ArtifactStore } from "./store";

/** Throws an ArtifactError when the artifact is gone or damaged. */
export async function describeArtifact(store: ArtifactStore, artifact: Pick<Artifact, "hash" | "kind">): Promise<ArtifactDescription> {
  const bytes = await store.read(artifact);
  if (artifact.kind === "png") return { bytes: bytes.length, tensors: [] };
  const { tensors } = decodeSafetensors(bytes, `artifact ${artifact.hash}`);
  return { bytes: bytes.length, tensors: Object.entries(tensors).map(([name, { dtype, dims }]) => ({ name, dtype, dims: [...dims] })) };
}
