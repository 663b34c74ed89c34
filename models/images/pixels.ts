/** Decoded images: rows of 8-bit pixels, and how they become what the autoencoder takes and gives. */

import { float32, float32Data, type Tensor } from "../tensor";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGB or RGBA, not premultiplied. */
  readonly channels: 3 | 4;
  /** [height, width, channels] */
  readonly data: Uint8Array;
}

/** Throws a RangeError when `data` does not hold height · width · channels bytes, or a side is not a positive integer. */
export function pixels(data: Uint8Array, width: number, height: number, channels: 3 | 4): Pixels {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`An image's sides should be positive integers, got ${width} × ${height}.`);
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new RangeError(`An image of ${width} × ${height} × ${channels} needs ${expected} bytes, got ${data.length}.`);
  }
  return { width, height, channels, data };
}

/** The image over white, as RGB. The models have never seen transparency. */
export function onWhite(image: Pixels): Pixels {
  if (image.channels === 3) return image;
  const count = image.width * image.height;
  const data = new Uint8Array(count * 3);
  for (let pixel = 0; pixel < count; pixel++) {
    const alpha = (image.data[pixel * 4 + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++) {
      data[pixel * 3 + channel] = Math.round(255 + ((image.data[pixel * 4 + channel] ?? 0) - 255) * alpha);
    }
  }
  return { ...image, channels: 3, data };
}

/** float32 [1, 3, height, width] in [-1, 1], as an autoencoder's encoder takes it. Alpha is composited on white. */
export function toSignedTensor(image: Pixels): Tensor<"float32"> {
  const { width, height, data } = onWhite(image);
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      values[channel * area + pixel] = (data[pixel * 3 + channel] ?? 0) / 127.5 - 1;
    }
  }
  return float32(values, [1, 3, height, width]);
}

/**
 * The RGB image of a decoder's output, float32 [1, 3, height, width]; values outside [-1, 1] are clamped.
 * Throws a TypeError or RangeError when the tensor is something else.
 */
export function fromSignedTensor(tensor: Tensor): Pixels {
  const values = float32Data(tensor, "The image");
  const [batch, channels, height, width] = tensor.dims;
  if (tensor.dims.length !== 4 || batch !== 1 || channels !== 3 || height === undefined || width === undefined) {
    throw new RangeError(`An image tensor should be [1, 3, height, width], got [${tensor.dims.join(", ")}].`);
  }
  const area = width * height;
  const data = new Uint8Array(area * 3);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = ((values[channel * area + pixel] ?? 0) + 1) * 127.5;
      data[pixel * 3 + channel] = Math.round(Math.min(Math.max(value, 0), 255));
    }
  }
  return { width, height, channels: 3, data };
}
