/** Maps laid over a picture: the higher a value, the less of what lies below is seen. */
import type { Raster } from "../worker/contract";

/** Opacity at the low and at the high end of a scale: the lowest values let all be seen. */
const [least, most] = [0, 0.9];

/** A packed pixel of a value that lies at `share` (0 to 1) of its scale. */
export function faded(pixel: number, share: number): number {
  const alpha = Math.round(255 * (least + (most - least) * Math.min(1, Math.max(0, share))));
  return ((pixel & 0xffffff) | (alpha << 24)) >>> 0;
}

/** The raster with the opacity of each pixel following its value. What has no finite value stays as it is. */
export function fadedRaster(raster: Raster): Raster {
  const { values, scale } = raster;
  if (!values || !scale) return raster;
  const { low, high } = scale;
  const pixels = new Uint32Array(raster.rgba.slice().buffer);
  for (let i = 0; i < pixels.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) pixels[i] = faded(pixels[i]!, high > low ? (value - low) / (high - low) : 0.5);
  }
  return { ...raster, rgba: new Uint8ClampedArray(pixels.buffer) };
}
