/** Pictures people upload: checked by their header before a pixel is decoded, then 8-bit sRGB on white. */
import sharp, { type Metadata } from "sharp";
import { pixels, type Pixels } from "@/models/images/pixels";
import { said } from "@/models/said";
import { NodeError } from "@/nodes/define-node";
import type { Artifact } from "@/nodes/run-events";
import { rgbTensor } from "@/nodes/values";
import type { ArtifactStore } from "@/server/artifacts/store";
import { encodePng } from "./png";

export const maxMegapixels = 50;

const formats: ReadonlySet<string> = new Set(["png", "jpeg", "webp", "heif", "tiff"]);
const chooseAnother = said("Choose a PNG, JPEG, WebP, AVIF or TIFF file.");

/**
 * The picture in `bytes` as RGB, upright as its orientation tag says, transparency laid on white.
 * Throws a NodeError for what is no picture, truncated, animated or larger than 50 megapixels.
 */
export async function decodeUpload(bytes: Uint8Array): Promise<Pixels> {
  const header = await readHeader(bytes);
  if (isHeic(header)) throw heicRefusal();
  if (!formats.has(header.format ?? "")) throw new NodeError(said("Pictures in {format} format are not read.", { format: header.format ?? "" }), chooseAnother);
  if ((header.pages ?? 1) > 1) throw new NodeError(said("This file holds {count} pictures (an animation or several pages).", { count: header.pages! }), said("Save one of them as its own file and choose that."));
  if (header.format === "png" && isAnimatedPng(bytes)) throw new NodeError(said("This PNG is an animation."), said("Save one of its pictures as its own file and choose that."));
  const megapixels = (header.width * header.height) / 1e6;
  if (megapixels > maxMegapixels) {
    throw new NodeError(said("This picture has {megapixels} megapixels; the limit is {most}.", { megapixels: megapixels.toFixed(1), most: maxMegapixels }), said("Make it smaller first; the models see far fewer pixels anyway."));
  }
  try {
    const { data, info } = await sharp(bytes, { failOn: "truncated", limitInputPixels: maxMegapixels * 1e6 })
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after conversion to sRGB`);
    return pixels(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), info.width, info.height, 3);
  } catch (cause) {
    throw Object.assign(new NodeError(said("This picture is cut off or damaged."), said("Export or download it again.")), { cause });
  }
}

async function readHeader(bytes: Uint8Array): Promise<Metadata> {
  if (bytes.length === 0) throw new NodeError(said("This file is empty."), chooseAnother);
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    if (heicBrand.test(Buffer.from(bytes.subarray(4, 12)).toString("latin1"))) throw heicRefusal();
    throw new NodeError(said("This file is not a picture that can be read."), chooseAnother);
  }
}

const heicBrand = /^ftyphe(ic|ix|im|is|vc|vx)$/;

/** HEIF is a container; of what it may hold, AV1 (then called AVIF) is read. */
function isHeic(header: Metadata): boolean {
  return header.format === "heif" && header.compression !== "av1";
}

function heicRefusal(): NodeError {
  return new NodeError(said("HEIC pictures are not read."), said("Export it as JPEG, PNG or AVIF and choose that."));
}

/** Whether an animation is announced (an acTL chunk) before the first pixels; the decoder sees its first picture only. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}

export interface StoredUpload {
  /** The picture as it was decoded, as PNG. */
  readonly artifact: Artifact;
  readonly width: number;
  readonly height: number;
}

/** Decodes an uploaded file and keeps it as PNG, under the hash that a Load Image node names. */
export async function storeUpload(store: ArtifactStore, bytes: Uint8Array): Promise<StoredUpload> {
  const { data, width, height } = await decodeUpload(bytes);
  return { artifact: await store.put(await encodePng(rgbTensor(data, width, height)), "png"), width, height };
}
