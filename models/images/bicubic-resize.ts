/** Antialiased bicubic resizing in Pillow's fixed-point arithmetic, so that models see the bytes they were trained on. */

import type { Pixels } from "./pixels";

/** Pillow's: 32 bits, less 8 for the pixel and 2 for overshoot. */
const PRECISION_BITS = 22;
const SUPPORT = 2;
/** Keys' cubic convolution with a = -0.5. */
const A = -0.5;

/** For each output position: the first input position and the fixed-point weights from there on. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * The image at `width` × `height`, byte for byte what Pillow's `Image.resize(..., BICUBIC)` gives for RGB.
 * The aspect ratio is the caller's business. Throws a RangeError when a side is not a positive integer.
 */
export function resizeBicubic(image: Pixels, width: number, height: number): Pixels {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`The new sides should be positive integers, got ${width} × ${height}.`);
  }
  return resizeRows(resizeColumns(image, width), height);
}

function resizeColumns(image: Pixels, width: number): Pixels {
  if (width === image.width) return image;
  const { height, channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (const [x, { first, weights }] of tapsFor(image.width, width).entries()) {
    for (let y = 0; y < height; y++) {
      const from = (y * image.width + first) * channels;
      blend(image.data, from, channels, weights, data, (y * width + x) * channels, channels);
    }
  }
  return { width, height, channels, data };
}

function resizeRows(image: Pixels, height: number): Pixels {
  if (height === image.height) return image;
  const { width, channels } = image;
  const row = width * channels;
  const data = new Uint8Array(row * height);
  for (const [y, { first, weights }] of tapsFor(image.height, height).entries()) {
    blend(image.data, first * row, row, weights, data, y * row, row);
  }
  return { width, height, channels, data };
}

/** Writes `count` values: to[i] = Σ_k weights[k] · from[i + k · stride], rounded and clamped to a byte. */
function blend(
  source: Uint8Array, from: number, stride: number, weights: readonly number[], target: Uint8Array, to: number, count: number,
): void {
  for (let i = 0; i < count; i++) {
    let sum = 2 ** (PRECISION_BITS - 1);
    for (let k = 0; k < weights.length; k++) {
      sum += (source[from + i + k * stride] ?? 0) * (weights[k] ?? 0);
    }
    target[to + i] = Math.min(Math.max(sum >> PRECISION_BITS, 0), 255);
  }
}

function tapsFor(input: number, output: number): Taps[] {
  const scale = input / output;
  // Shrinking widens the filter to cover all input pixels under an output pixel: that is the antialiasing.
  const filterScale = Math.max(scale, 1);
  const support = SUPPORT * filterScale;
  return Array.from({ length: output }, (_, position) => {
    const center = (position + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const last = Math.min(Math.trunc(center + support + 0.5), input);
    const weights = Array.from({ length: last - first }, (_, tap) => cubic((first + tap - center + 0.5) / filterScale));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => fixedPoint(weight / total)) };
  });
}

function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return ((A + 2) * t - (A + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * A;
  return 0;
}

function fixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
}
