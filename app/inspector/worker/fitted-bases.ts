/** Bases of principal components, each fitted once for its timeline. */
import { evenSample } from "../tensors/even-sample";
import { fitBasis, type Basis, type VectorSet } from "../tensors/principal-components";
import { ArtifactGone, type ArtifactCache, type LoadedArtifact } from "./artifact-cache";
import type { TensorRef } from "./contract";
import { mostFitted } from "./messages";
import { latentsOf, patchesOf, vectorsOfLatents, vectorsOfPatches } from "./tensor-shapes";

export interface FittedBasis {
  readonly basis: Basis;
  /** How many frames it was fitted on. */
  readonly frames: number;
}

/** A basis of 3,584 dimensions takes 115 KB. */
const mostBases = 64;

export class FittedBases {
  /** In the order of use, the latest last. */
  private readonly fitted = new Map<string, Promise<FittedBasis>>();

  constructor(private readonly artifacts: ArtifactCache) {}

  /** For patches of `size` dimensions. Where frames have a tensor called `maskName`, masked patches are left out. */
  ofPatches(timeline: readonly TensorRef[], size: number, maskName: string | undefined): Promise<FittedBasis> {
    return this.fit(timeline, `patches ${size} ${maskName ?? ""}`, size, (artifact, name) => {
      const tensor = artifact.tensor(name);
      const patches = patchesOf(tensor.dims, tensor.numbers());
      if (patches?.size !== size) return null;
      const hasMask = maskName !== undefined && artifact.tensors.some((other) => other.name === maskName);
      const mask = hasMask ? artifact.tensor(maskName).numbers() : null;
      return vectorsOfPatches(patches, mask?.length === patches.count ? mask : null);
    });
  }

  /** For latents of `channels` channels. */
  ofLatents(timeline: readonly TensorRef[], channels: number): Promise<FittedBasis> {
    return this.fit(timeline, `latents ${channels}`, channels, (artifact, name) => {
      const tensor = artifact.tensor(name);
      const latents = latentsOf(tensor.dims, tensor.numbers());
      return latents?.channels === channels ? vectorsOfLatents(latents) : null;
    });
  }

  private fit(timeline: readonly TensorRef[], kind: string, size: number, vectorsOf: (artifact: LoadedArtifact, name: string) => VectorSet | null): Promise<FittedBasis> {
    const sample = evenSample(timeline, mostFitted);
    const key = [kind, ...sample.map(({ hash, name }) => `${hash} ${name}`)].join("\n");
    const known = this.fitted.get(key);
    const fitting = known ?? this.fitOn(sample, size, vectorsOf);
    this.fitted.delete(key);
    this.fitted.set(key, fitting);
    if (!known) fitting.catch(() => this.fitted.delete(key));
    if (this.fitted.size > mostBases) this.fitted.delete(this.fitted.keys().next().value!);
    return fitting;
  }

  /** Frames that are gone, or have another shape, are passed over. */
  private async fitOn(sample: readonly TensorRef[], size: number, vectorsOf: (artifact: LoadedArtifact, name: string) => VectorSet | null): Promise<FittedBasis> {
    const sets = await Promise.all(
      sample.map(async ({ hash, name }) => {
        try {
          return vectorsOf(await this.artifacts.load(hash), name);
        } catch (error) {
          if (error instanceof ArtifactGone) return null;
          throw error;
        }
      }),
    );
    const found = sets.filter((set) => set !== null);
    return { basis: fitBasis(found, size), frames: found.length };
  }
}
