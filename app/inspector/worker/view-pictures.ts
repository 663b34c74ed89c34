/** Views as fields and projections, from tensors of the cache. */
import { type Said, said } from "@/nodes/said";
import { InspectorError } from "../inspector-error";
import { plainField, type Field, type Projection } from "../tensors/field";
import { latentChange, latentChannel, latentChannels, latentNorms, type Latents } from "../tensors/latent-fields";
import { mapFor, matrixField, matrixShape, sliceField, vectorField } from "../tensors/matrix-field";
import { firstKnown, knownField, patchChange, patchDimension, patchNorms, patchSimilarity, unmaskOrder, type Patches } from "../tensors/patch-fields";
import { type Picture, pictureBrightness, pictureProjection } from "../tensors/picture-fields";
import { projectionOf } from "../tensors/projection";
import type { PixelMemory } from "../tensors/pixel-memory";
import type { Numbers } from "../tensors/tensor-numbers";
import { labelOf, type ArtifactCache } from "./artifact-cache";
import type { FittedBases } from "./fitted-bases";
import type { Grid, TensorRef } from "./contract";
import type { SentView } from "./messages";
import { latentsOf, patchesOf, vectorsOfLatents, vectorsOfPatches } from "./tensor-shapes";

export class ViewPictures {
  constructor(
    private readonly artifacts: ArtifactCache,
    private readonly bases: FittedBases,
    private readonly memory: PixelMemory,
  ) {}

  /** Rejects with an Error that says what does not fit the view. */
  async draw(view: SentView): Promise<Field | Projection> {
    switch (view.kind) {
      case "unmask-order":
        return this.order(view);
      case "mask":
        return knownField(await this.mask(view.of, view.grid), view.grid);
      case "latent-channels":
        return latentChannels(await this.latents(view.of), view.scale);
      case "latent-channel": {
        const latents = await this.latents(view.of);
        return latentChannel(latents, indexWithin(view.channel, latents.channels, noChannel));
      }
      case "latent-norms":
        return latentNorms(await this.latents(view.of));
      case "latent-change":
        return this.latentsApart(view.of, view.before);
      case "latent-components": {
        const latents = await this.latents(view.of);
        const { basis, frames } = await this.bases.ofLatents(view.timeline, latents.channels);
        return projectionOf(vectorsOfLatents(latents), basis, latents.width, latents.height, { frames, of: view.timelineLength ?? view.timeline.length });
      }
      case "slice": {
        const tensor = await this.artifacts.tensor(view.of);
        const numbers = tensor.numbers();
        return sliceField(numbers, tensor.dims, view.at, view.grid, view.from ?? 0, mapFor(numbers));
      }
      case "image":
        return pictureProjection(await this.picture(view.of));
      case "matrix": {
        const tensor = await this.artifacts.tensor(view.of);
        const { rows, columns } = matrixShape(tensor.dims);
        return matrixField(tensor.numbers(), rows, columns, mapFor(tensor.numbers()), undefined, this.memory);
      }
      case "vector": {
        const numbers = (await this.artifacts.tensor(view.of)).numbers();
        return vectorField(numbers, view.columns, mapFor(numbers));
      }
      default:
        return this.drawPatches(view);
    }
  }

  /** What two of these can be subtracted by: pictures as the mean of their colours, masks as their values, all others as they are drawn. */
  async drawNumbers(view: SentView): Promise<Field | Projection> {
    if (view.kind === "image") return pictureBrightness(await this.picture(view.of));
    if (view.kind === "mask") return plainField(view.grid.columns, view.grid.rows, Float32Array.from(await this.mask(view.of, view.grid)), { map: "sequential" });
    return this.draw(view);
  }

  /** ‖a − b‖₂ at each place of two projections on one grid, whose colours cannot be subtracted; null of all other views. */
  async apart(a: SentView, b: SentView): Promise<Field | null> {
    if (a.kind === "latent-components" && b.kind === "latent-components") return this.latentsApart(a.of, b.of);
    if (a.kind !== "patch-components" || b.kind !== "patch-components") return null;
    const [one, other, maskA, maskB] = await Promise.all([this.patches(a.of, a.grid), this.patches(b.of, a.grid), a.mask && this.mask(a.mask, a.grid), b.mask && this.mask(b.mask, a.grid)]);
    requireEqual(one.size === other.size, a.of, b.of);
    // What one of them does not know yet has no distance.
    const mask = maskA && maskB ? Float32Array.from({ length: one.count }, (_, i) => (maskA[i] || maskB[i] ? 1 : 0)) : (maskA ?? maskB);
    return patchChange(one, other, a.grid, mask);
  }

  private async latentsApart(a: TensorRef, b: TensorRef): Promise<Field> {
    const [one, other] = await Promise.all([this.latents(a), this.latents(b)]);
    requireEqual(one.channels === other.channels && one.height === other.height && one.width === other.width, a, b);
    return latentChange(one, other);
  }

  private async drawPatches(view: Extract<SentView, { kind: `patch-${string}` }>): Promise<Field | Projection> {
    const { grid } = view;
    const [patches, mask] = await Promise.all([this.patches(view.of, grid), view.mask && this.mask(view.mask, grid)]);
    switch (view.kind) {
      case "patch-norms":
        return patchNorms(patches, grid, mask);
      case "patch-similarity":
        return patchSimilarity(patches, indexWithin(view.patch ?? firstKnown(mask), patches.count, noPatch), grid, mask);
      case "patch-dimension":
        return patchDimension(patches, indexWithin(view.dimension, patches.size, noDimension), grid, mask);
      case "patch-change": {
        const before = await this.patches(view.before, grid);
        requireEqual(patches.size === before.size, view.of, view.before);
        return patchChange(patches, before, grid, mask);
      }
      case "patch-heatmap":
        return matrixField(patches.numbers, patches.count, patches.size, "diverging", mask, this.memory);
      case "patch-components": {
        const { basis, frames } = await this.bases.ofPatches(view.timeline, patches.size, view.mask?.name);
        return projectionOf(vectorsOfPatches(patches, mask ?? null), basis, grid.columns, grid.rows, { frames, of: view.timelineLength ?? view.timeline.length });
      }
    }
  }

  private async order({ masks, first, last, grid }: Extract<SentView, { kind: "unmask-order" }>): Promise<Field> {
    const read: Numbers[] = [];
    // One after the other, and copied: a mask lies beside patches that are far larger, and need not stay for it.
    for (const { of } of masks) read.push((await this.mask(of, grid)).slice());
    return unmaskOrder(read, grid, masks.map(({ step }) => step), last, first ? await this.mask(first, grid) : undefined);
  }

  private async patches(ref: TensorRef, grid: Grid): Promise<Patches> {
    const tensor = await this.artifacts.tensor(ref);
    const patches = patchesOf(tensor.dims, tensor.numbers());
    if (!patches) throw misfit(ref, tensor.dims, "[…, patches, dims]");
    if (patches.count !== grid.rows * grid.columns) throw misfit(ref, tensor.dims, said("{count} patches, for a grid of {rows} × {columns}", { count: grid.rows * grid.columns, rows: grid.rows, columns: grid.columns }));
    return patches;
  }

  private async mask(ref: TensorRef, grid: Grid): Promise<Numbers> {
    const tensor = await this.artifacts.tensor(ref);
    const numbers = tensor.numbers();
    if (numbers.length !== grid.rows * grid.columns) throw misfit(ref, tensor.dims, `[1, ${grid.rows * grid.columns}]`);
    return numbers;
  }

  private async picture(ref: TensorRef): Promise<Picture> {
    const tensor = await this.artifacts.tensor(ref);
    const [height, width, channels] = tensor.dims;
    if (tensor.dtype !== "U8" || tensor.dims.length !== 3 || (channels !== 3 && channels !== 4)) throw misfit(ref, tensor.dims, said("8-bit pictures, [height, width, 3 or 4]"));
    return { numbers: tensor.numbers(), width: width!, height: height!, channels };
  }

  private async latents(ref: TensorRef): Promise<Latents> {
    const tensor = await this.artifacts.tensor(ref);
    const latents = latentsOf(tensor.dims, tensor.numbers());
    if (!latents) throw misfit(ref, tensor.dims, "[1, channels, height, width]");
    return latents;
  }
}

type Range = { readonly index: number; readonly last: number };
const noChannel = (range: Range) => said("There is no channel {index}: they go from 0 to {last}.", range);
const noPatch = (range: Range) => said("There is no patch {index}: they go from 0 to {last}.", range);
const noDimension = (range: Range) => said("There is no dimension {index}: they go from 0 to {last}.", range);

function indexWithin(index: number, count: number, none: (range: Range) => Said): number {
  if (!Number.isInteger(index) || index < 0 || index >= count) throw new InspectorError(none({ index, last: count - 1 }));
  return index;
}

function requireEqual(same: boolean, a: TensorRef, b: TensorRef): void {
  if (!same) throw new InspectorError(said(`"{name}" of {label} and "{other}" of {otherLabel} differ in shape, so one cannot be subtracted from the other.`, { name: a.name, label: labelOf(a.hash), other: b.name, otherLabel: labelOf(b.hash) }));
}

function misfit({ hash, name }: TensorRef, dims: readonly number[], wanted: string | Said): InspectorError {
  return new InspectorError(said(`"{name}" of {label} has the shape [{shape}]; this view draws {wanted}.`, { name, label: labelOf(hash), shape: dims.join(", "), wanted }));
}
