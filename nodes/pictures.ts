/** Pictures of values that are no pictures: a linear map from each latent to a colour, one pixel per latent. */
import type { Pipeline } from "@/models/checkpoints/pipeline";
import type { Tensor } from "@/models/tensor";
import { maskOf } from "./patch-masks";
import { floats, rgbTensor, type Value } from "./values";

/** rgb = weight [3, C] · latent [C] + bias, in 0…1. Fitted by least squares when a checkpoint is trained. */
export interface LinearPicture {
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

type Preview = Pick<Pipeline, "preview">;

/** The grey of known patches where the checkpoint brings no map. */
const plain = 150;

/**
 * What to show for a value, 8-bit RGB [height, width, 3] or, where something of it is not known, RGBA; null for text, conditioning and control. The pipeline is asked
 * for only when its maps are needed: pictures can be saved without any checkpoint.
 */
export function pictureOf(value: Value, models: { readonly pipeline: Preview }): Tensor<"uint8"> | null {
  switch (value.type) {
    case "image":
      return value.tensors.image as Tensor<"uint8">;
    case "latents":
      return latentPicture(value.tensors.latents as Tensor<"float32">, models.pipeline.preview?.latent_rgb);
    case "patch-latents":
      return patchPicture(floats(value, "patch_latents"), value.facts.rows, value.facts.columns, models.pipeline.preview?.patch_rgb, maskOf(value));
    default:
      return null;
  }
}

/** Latents [1, C, h, w] as a picture of h × w pixels, null without a map for C channels. */
export function latentPicture(latents: Tensor<"float32">, map: LinearPicture | undefined): Tensor<"uint8"> | null {
  const [, channels, height, width] = latents.dims as [number, number, number, number];
  if (map?.weight[0]?.length !== channels) return null;
  const area = height * width;
  const pixels = new Uint8Array(area * 3);
  for (let pixel = 0; pixel < area; pixel++) paint(pixels, pixel, map, latents.data, pixel, area);
  return rgbTensor(pixels, width, height);
}

/**
 * Patches [rows · columns, D] as a picture of one pixel each. `mask` [rows · columns] is 1 where a patch is not known
 * yet, or to be made anew; those are transparent, and hatched where the picture is shown. RGB when there are none. Null when
 * there is neither a map nor a mask.
 */
export function patchPicture(patches: Float32Array, rows: number, columns: number, map: LinearPicture | undefined, mask?: Float32Array): Tensor<"uint8"> | null {
  const size = patches.length / (rows * columns);
  const fits = map?.weight[0]?.length === size;
  if (!fits && !mask) return null;
  const count = rows * columns;
  const pixels = new Uint8Array(count * 3).fill(fits ? 0 : plain);
  if (fits) for (let patch = 0; patch < count; patch++) if (!mask?.[patch]) paint(pixels, patch, map, patches, patch * size, 1);
  return mask?.some((value) => value !== 0) ? withAlpha(pixels, mask, rows, columns) : rgbTensor(pixels, columns, rows);
}

/** RGBA, transparent black where `mask` is not 0. */
function withAlpha(pixels: Uint8Array, mask: Float32Array, rows: number, columns: number): Tensor<"uint8"> {
  const data = new Uint8Array(mask.length * 4);
  for (let patch = 0; patch < mask.length; patch++) {
    if (mask[patch] !== 0) continue;
    data.set(pixels.subarray(patch * 3, patch * 3 + 3), patch * 4);
    data[patch * 4 + 3] = 255;
  }
  return { dtype: "uint8", dims: [rows, columns, 4], data };
}

/** Channel c of the latent is at `offset` + c · `stride`. */
function paint(pixels: Uint8Array, pixel: number, { weight, bias }: LinearPicture, latents: Float32Array, offset: number, stride: number): void {
  for (let color = 0; color < 3; color++) {
    const row = weight[color]!;
    let value = bias[color]!;
    for (let channel = 0; channel < row.length; channel++) value += row[channel]! * latents[offset + channel * stride]!;
    pixels[pixel * 3 + color] = Math.round(Math.min(Math.max(value, 0), 1) * 255);
  }
}
