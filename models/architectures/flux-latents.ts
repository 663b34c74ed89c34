/** The arithmetic around FLUX's graphs: packed latents, their positions, and the autoencoder's scale. */
import { float32, type Tensor } from "../tensor";
import type { AutoencoderConfig } from "./autoencoder";

/** FLUX's rotary base, fixed in its code and not part of any config. */
const fluxTheta = 10000;

/** One position on each rotary axis. */
export type PositionIds = readonly number[];

/** (0, row, column) of a packed grid of `rows` × `columns` tokens, in raster order. */
export function imageIds(rows: number, columns: number): PositionIds[] {
  return Array.from({ length: rows * columns }, (_, i) => [0, Math.floor(i / columns), i % columns]);
}

/** Text tokens all sit at the origin. */
export function textIds(tokens: number): PositionIds[] {
  return Array.from({ length: tokens }, () => [0, 0, 0]);
}

/**
 * cos and sin [1, ids, Σ axesDims / 2] of each position times 1 / theta^(2i / axisDim), the axes side by side.
 * Angles are formed in double precision, as the reference does.
 */
export function ropeTables(ids: readonly PositionIds[], axesDims: readonly number[], theta = fluxTheta): { cos: Tensor<"float32">; sin: Tensor<"float32"> } {
  const half = axesDims.reduce((sum, dim) => sum + dim / 2, 0);
  const cos = new Float32Array(ids.length * half);
  const sin = new Float32Array(ids.length * half);
  let at = 0;
  for (const position of ids) {
    if (position.length !== axesDims.length) throw new RangeError(`A position has ${position.length} axes, the model ${axesDims.length}.`);
    axesDims.forEach((dim, axis) => {
      for (let i = 0; i < dim; i += 2, at++) {
        const angle = position[axis]! / theta ** (i / dim);
        cos[at] = Math.cos(angle);
        sin[at] = Math.sin(angle);
      }
    });
  }
  return { cos: float32(cos, [1, ids.length, half]), sin: float32(sin, [1, ids.length, half]) };
}

/** [B, C, h, w] → [B, (h/2) · (w/2), 4C]: each token is a 2 × 2 block, channel by channel. Throws for odd sides. */
export function packLatents(latents: Tensor<"float32">): Tensor<"float32"> {
  const [batch, channels, height, width] = latents.dims as [number, number, number, number];
  if (height % 2 !== 0 || width % 2 !== 0) throw new RangeError(`Latents of ${height} × ${width} cannot be packed 2 × 2: both sides must be even.`);
  const packed = new Float32Array(latents.data.length);
  eachPackedElement(batch, channels, height, width, (token, pixel) => {
    packed[token] = latents.data[pixel]!;
  });
  return float32(packed, [batch, (height / 2) * (width / 2), channels * 4]);
}

/** The reverse, for latents of `height` × `width`. */
export function unpackLatents(packed: Tensor<"float32">, height: number, width: number): Tensor<"float32"> {
  const [batch, tokens, packedChannels] = packed.dims as [number, number, number];
  if (tokens * 4 !== height * width) throw new RangeError(`${tokens} tokens are not latents of ${height} × ${width}.`);
  const channels = packedChannels / 4;
  const latents = new Float32Array(packed.data.length);
  eachPackedElement(batch, channels, height, width, (token, pixel) => {
    latents[pixel] = packed.data[token]!;
  });
  return float32(latents, [batch, channels, height, width]);
}

/** Visits all elements with their index in the packed and in the plain layout. */
function eachPackedElement(batch: number, channels: number, height: number, width: number, visit: (token: number, pixel: number) => void): void {
  let token = 0;
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < height; row += 2) {
      for (let column = 0; column < width; column += 2) {
        for (let c = 0; c < channels; c++) {
          const corner = ((b * channels + c) * height + row) * width + column;
          visit(token++, corner);
          visit(token++, corner + 1);
          visit(token++, corner + width);
          visit(token++, corner + width + 1);
        }
      }
    }
  }
}

type LatentScale = Pick<AutoencoderConfig, "scaling_factor" | "shift_factor">;

/** What FLUX denoised → what the autoencoder decodes: z / scale + shift. */
export function unscaleLatents(latents: Tensor<"float32">, { scaling_factor, shift_factor }: LatentScale): Tensor<"float32"> {
  return float32(latents.data.map((z) => z / scaling_factor + (shift_factor ?? 0)), latents.dims);
}
