/** Latents [channels, height, width] as numbers on a grid of pixels. Sums are taken in float64. */
import { said } from "@/nodes/said";
import { InspectorError } from "../inspector-error";
import { plainField, type Field } from "./field";
import { mostPixels } from "./matrix-field";
import type { Numbers } from "./tensor-numbers";

export interface Latents {
  /** [channels, height, width] row by row */
  readonly numbers: Numbers;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Every channel as a tile, about as many across as down, one blank pixel apart. Throws an Error when that would be too large a picture. */
export function latentChannels({ numbers, channels, height, width }: Latents, scale: "shared" | "per-channel"): Field {
  const columns = Math.ceil(Math.sqrt(channels));
  const rows = Math.ceil(channels / Math.max(1, columns));
  const empty = channels * height * width === 0;
  const across = empty ? 0 : columns * (width + 1) - 1;
  const down = empty ? 0 : rows * (height + 1) - 1;
  if (across * down > mostPixels) {
    throw new InspectorError(said("{channels} channels of {width} × {height} make a picture of {across} × {down} pixels, too large to draw. Look at single channels.", { channels, width, height, across, down }));
  }
  const values = new Float32Array(across * down).fill(NaN);
  const blank = new Uint8Array(across * down).fill(1);
  for (let channel = 0, shown = empty ? 0 : channels; channel < shown; channel++) {
    const corner = Math.floor(channel / columns) * (height + 1) * across + (channel % columns) * (width + 1);
    for (let y = 0; y < height; y++) {
      const from = (channel * height + y) * width;
      const to = corner + y * across;
      values.set(numbers.subarray(from, from + width), to);
      blank.fill(0, to, to + width);
    }
  }
  const tiling = { rows, columns, width, height, count: channels };
  return plainField(across, down, values, { map: "diverging", blank, tiling, scalePerTile: scale === "per-channel" });
}

export function latentChannel({ numbers, height, width }: Latents, channel: number): Field {
  const area = height * width;
  return plainField(width, height, new Float32Array(numbers.subarray(channel * area, (channel + 1) * area)), { map: "diverging" });
}

/** ‖channels‖₂ at each place. */
export function latentNorms({ numbers, channels, height, width }: Latents): Field {
  const area = height * width;
  const squares = new Float64Array(area);
  for (let channel = 0, i = 0; channel < channels; channel++) {
    for (let place = 0; place < area; place++, i++) squares[place]! += numbers[i]! * numbers[i]!;
  }
  return plainField(width, height, roots(squares), { map: "sequential" });
}

/** ‖channels − channels before‖₂ at each place; both of one shape. */
export function latentChange({ numbers, channels, height, width }: Latents, before: Latents): Field {
  const area = height * width;
  const squares = new Float64Array(area);
  for (let channel = 0, i = 0; channel < channels; channel++) {
    for (let place = 0; place < area; place++, i++) {
      const apart = numbers[i]! - before.numbers[i]!;
      squares[place]! += apart * apart;
    }
  }
  return plainField(width, height, roots(squares), { map: "sequential" });
}

function roots(squares: Float64Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(squares.length);
  for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(squares[i]!);
  return values;
}
