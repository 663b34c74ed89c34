/** Images as Qwen2.5-VL's visual encoder takes them: normalised, cut into patches, in the order of its 2×2 merger. */

import { float32, type Tensor } from "../tensor";
import { resizeBicubic } from "./bicubic-resize";
import { onWhite, type Pixels } from "./pixels";

/** The fields of preprocessor_config.json that matter here. */
export interface QwenImageConfig {
  readonly image_mean: readonly number[];
  readonly image_std: readonly number[];
  readonly patch_size: number;
  readonly temporal_patch_size: number;
  readonly merge_size: number;
}

export interface QwenPatches {
  /** float32 [gridH · gridW, 3 · temporal_patch_size · patch_size²] */
  readonly pixelValues: Tensor<"float32">;
  /** The grid in patches, before merging. */
  readonly gridH: number;
  readonly gridW: number;
}

/**
 * The image resized to `side` × `side` and cut into patches (Bifrost-1 uses a square, 448 at the real size).
 * Alpha is composited on white first.
 */
export function qwenSquarePatches(image: Pixels, side: number, config: QwenImageConfig): QwenPatches {
  return qwenPatches(resizeBicubic(onWhite(image), side, side), config);
}

/**
 * Patches of an image whose sides are multiples of patch_size · merge_size; a RangeError otherwise.
 *
 * Rows come in blocks of merge_size × merge_size neighbours, blocks in raster order, because the encoder's merger
 * joins consecutive rows. A still image is repeated over the temporal patch. Values are
 * (pixel / 255 − mean) / std, each row laid out [channel, time, y, x] (transformers' Qwen2VLImageProcessor).
 */
export function qwenPatches(image: Pixels, config: QwenImageConfig): QwenPatches {
  const { patch_size: patch, temporal_patch_size: frames, merge_size: merge } = config;
  const { width, height, data } = onWhite(image);
  if (width % (patch * merge) !== 0 || height % (patch * merge) !== 0) {
    throw new RangeError(`Image sides should be multiples of ${patch * merge} (patch_size · merge_size), got ${width} × ${height}.`);
  }
  const gridH = height / patch;
  const gridW = width / patch;
  const area = patch * patch;
  const rowLength = 3 * frames * area;
  const values = new Float32Array(gridH * gridW * rowLength);
  for (let channel = 0; channel < 3; channel++) {
    const normalise = normaliser(config, channel);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = normalise(data[(y * width + x) * 3 + channel] ?? 0);
        const row = mergeOrder(Math.floor(y / patch), Math.floor(x / patch), gridW, merge);
        const start = row * rowLength + channel * frames * area + (y % patch) * patch + (x % patch);
        for (let frame = 0; frame < frames; frame++) values[start + frame * area] = value;
      }
    }
  }
  return { pixelValues: float32(values, [gridH * gridW, rowLength]), gridH, gridW };
}

/** The row of the patch at grid position (y, x) when merge × merge neighbours are kept together. */
function mergeOrder(y: number, x: number, gridW: number, merge: number): number {
  const block = Math.floor(y / merge) * (gridW / merge) + Math.floor(x / merge);
  return (block * merge + (y % merge)) * merge + (x % merge);
}

function normaliser(config: QwenImageConfig, channel: number): (pixel: number) => number {
  const mean = config.image_mean[channel];
  const std = config.image_std[channel];
  if (mean === undefined || std === undefined) {
    throw new RangeError("preprocessor_config.json should give image_mean and image_std for three channels.");
  }
  return (pixel) => (pixel / 255 - mean) / std;
}
