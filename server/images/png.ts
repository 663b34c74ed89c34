/** 8-bit RGB tensors [height, width, 3] as PNG files. */
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import type { Tensor } from "@/models/tensor";

/** Pictures smaller than this are enlarged for showing, without smoothing: each latent stays one square. */
const shownSide = 128;

/** A PNG of the picture as it is. Equal pixels give equal bytes. */
export async function encodePng(picture: Tensor<"uint8">): Promise<Uint8Array> {
  return rawPicture(picture).png({ compressionLevel: 6 }).toBuffer();
}

/** Over what is not known: the same lines as the inspector's in what it saves (app/inspector/hatching.ts), in pixels of the enlarged picture. */
const hatch = { distance: 8, thickness: 3, line: 0x5c, ground: 0xa3 };

/**
 * A PNG to look at, of [height, width, 3] or, hatched where it is transparent, [height, width, 4]: small pictures are
 * enlarged by a whole factor, nearest neighbour. Written here rather than by sharp,
 * whose pipeline takes 2 ms of CPU for such a picture, in every step of a run; this takes 0.3.
 */
export function encodePreview(picture: Tensor<"uint8">): Uint8Array {
  const [height, width, channels] = sides(picture, [3, 4]);
  const factor = Math.max(1, Math.floor(shownSide / Math.max(height, width)));
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width * factor);
  header.setUint32(4, height * factor);
  // 8 bits a channel, RGB; compression, filter and interlace methods are the only ones or none.
  header.setUint8(8, 8);
  header.setUint8(9, 2);
  const rows = deflateSync(enlargedRows(picture.data, { width, height, channels }, factor), { level: 3 });
  return Buffer.concat([signature, chunk("IHDR", new Uint8Array(header.buffer)), chunk("IDAT", rows), chunk("IEND", new Uint8Array())]);
}

const signature = Buffer.from("89504e470d0a1a0a", "hex");

/** Length, type, data, CRC over type and data (PNG specification, 5.3). */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Filtered rows: each enlarged row as it is, its repetitions as “no difference to the row above” unless they are hatched. */
function enlargedRows(pixels: Uint8Array, { width, height, channels }: Size, factor: number): Uint8Array {
  const stride = 1 + width * factor * 3;
  const rows = new Uint8Array(stride * height * factor);
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * width * channels, (y + 1) * width * channels);
    const hatched = channels === 4 && row.some((value, at) => at % 4 === 3 && value === 0);
    for (let copy = 0; copy < factor; copy++) {
      const at = (y * factor + copy) * stride;
      if (copy === 0 || hatched) enlargeRow(rows, at + 1, row, channels, factor, y * factor + copy);
      else rows[at] = filterUp;
    }
  }
  return rows;
}

/** RGB of one row into `rows`, from `start` on; `y` is its place in the enlarged picture. */
function enlargeRow(rows: Uint8Array, start: number, row: Uint8Array, channels: number, factor: number, y: number): void {
  for (let x = 0, to = start; x < (row.length / channels) * factor; x++, to += 3) {
    const from = Math.floor(x / factor) * channels;
    if (channels === 4 && row[from + 3] === 0) {
      rows.fill((x + y) % hatch.distance < hatch.thickness ? hatch.line : hatch.ground, to, to + 3);
    } else {
      rows[to] = row[from]!;
      rows[to + 1] = row[from + 1]!;
      rows[to + 2] = row[from + 2]!;
    }
  }
}

const filterUp = 2;

interface Size {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

function rawPicture(picture: Tensor<"uint8">) {
  const [height, width] = sides(picture);
  return sharp(picture.data, { raw: { width, height, channels: 3 } });
}

function sides(picture: Tensor<"uint8">, allowed: readonly number[] = [3]): [height: number, width: number, channels: number] {
  const [height, width, channels] = picture.dims;
  if (!height || !width || !channels || !allowed.includes(channels)) throw new RangeError(`A picture is [height, width, ${allowed.join(" or ")}], got [${picture.dims.join(", ")}].`);
  return [height, width, channels];
}
