/** 8-bit RGB tensors [height, width, 3] to PNG files and back. */
import sharp from "sharp";
import type { Tensor } from "@/models/tensor";

/** Pictures smaller than this are enlarged for showing, without smoothing: each latent stays one square. */
const shownSide = 128;

/** A PNG of the picture as it is. Equal pixels give equal bytes. */
export async function encodePng(picture: Tensor<"uint8">): Promise<Uint8Array> {
  return rawPicture(picture).png({ compressionLevel: 6 }).toBuffer();
}

/** A PNG to look at: small pictures are enlarged by a whole factor, nearest neighbour. */
export async function encodePreview(picture: Tensor<"uint8">): Promise<Uint8Array> {
  const [height, width] = sides(picture);
  const factor = Math.max(1, Math.floor(shownSide / Math.max(height, width)));
  const source = rawPicture(picture);
  if (factor > 1) source.resize(width * factor, height * factor, { kernel: "nearest" });
  // Previews come many a second; a little compression is enough.
  return source.png({ compressionLevel: 3 }).toBuffer();
}

function rawPicture(picture: Tensor<"uint8">) {
  const [height, width] = sides(picture);
  return sharp(picture.data, { raw: { width, height, channels: 3 } });
}

function sides(picture: Tensor<"uint8">): [height: number, width: number] {
  const [height, width, channels] = picture.dims;
  if (!height || !width || channels !== 3) throw new RangeError(`A picture is [height, width, 3], got [${picture.dims.join(", ")}].`);
  return [height, width];
}
