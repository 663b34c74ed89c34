/** 8-bit pictures: as they are, and as numbers to subtract. */
import { packed } from "./colour-maps";
import { type Field, plainField, type Projection } from "./field";
import type { Numbers } from "./tensor-numbers";

/** Rows from the top, channels interleaved. */
export interface Picture {
  readonly numbers: Numbers;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

export function pictureProjection({ numbers, width, height, channels }: Picture): Projection {
  const pixels = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i++, at += channels) {
    const opaque = packed(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!);
    pixels[i] = channels === 3 ? opaque : ((opaque & 0xffffff) | (numbers[at + 3]! << 24)) >>> 0;
  }
  return { width, height, pixels, nan: false, basis: null };
}

/** The mean of red, green and blue, 0 to 255. */
export function pictureBrightness({ numbers, width, height, channels }: Picture): Field {
  const values = new Float32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += channels) values[i] = (numbers[at]! + numbers[at + 1]! + numbers[at + 2]!) / 3;
  return plainField(width, height, values, { map: "sequential" });
}
