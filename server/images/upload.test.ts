import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { NodeError } from "@/nodes/define-node";
import { ArtifactStore } from "@/server/artifacts/store";
import { decodeUpload, storeUpload } from "./upload";

const picture = (width: number, height: number, channels: 3 | 4 = 3, background: object = { r: 200, g: 100, b: 50 }) =>
  sharp({ create: { width, height, channels, background: background as never } });

/** A PNG header that claims any size, over almost no data. */
function pngClaiming(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(16))), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

async function refusal(bytes: Uint8Array): Promise<NodeError> {
  const error = await decodeUpload(bytes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NodeError);
  expect((error as NodeError).remedy).toBeTruthy();
  return error as NodeError;
}

describe("what is read", () => {
  test.each(["png", "jpeg", "webp", "avif", "tiff"] as const)("%s", async (format) => {
    const { width, height, channels, data } = await decodeUpload(await picture(24, 16).toFormat(format).toBuffer());
    expect({ width, height, channels }).toEqual({ width: 24, height: 16, channels: 3 });
    expect(Math.abs(data[0]! - 200)).toBeLessThan(12);
  });

  test("transparency is laid on white", async () => {
    const { data } = await decodeUpload(await picture(2, 1, 4, { r: 0, g: 0, b: 0, alpha: 0.5 }).png().toBuffer());
    expect([...data]).toEqual([127, 127, 127, 127, 127, 127]);
    const clear = await decodeUpload(await picture(1, 1, 4, { r: 9, g: 9, b: 9, alpha: 0 }).png().toBuffer());
    expect([...clear.data]).toEqual([255, 255, 255]);
  });

  test("grey and 16-bit pictures become 8-bit RGB", async () => {
    const grey = await picture(4, 4).toColourspace("b-w").png().toBuffer();
    expect((await decodeUpload(grey)).data.length).toBe(48);
    const deep = await picture(4, 4).toColourspace("rgb16").png().toBuffer();
    expect((await decodeUpload(deep)).data.length).toBe(48);
  });

  test("a photo is turned upright", async () => {
    const turned = await picture(24, 16).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await decodeUpload(turned)).toMatchObject({ width: 16, height: 24 });
  });
});

describe("what is refused", () => {
  test("nothing at all", async () => expect((await refusal(new Uint8Array())).message).toContain("empty"));
  test("text", async () => expect((await refusal(new TextEncoder().encode("hello"))).message).toContain("not a picture"));
  test("SVG, which is a program more than a picture", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    expect((await refusal(new TextEncoder().encode(svg))).message).toContain("svg");
  });

  test.each(["png", "jpeg", "webp"] as const)("a %s cut in half", async (format) => {
    const noise = sharp({ create: { width: 64, height: 64, channels: 3, background: "#000", noise: { type: "gaussian", mean: 128, sigma: 50 } } });
    const whole = await noise.toFormat(format).toBuffer();
    expect((await refusal(whole.subarray(0, whole.length / 2))).message).toMatch(/cut off|not a picture/);
  });

  test("more than 50 megapixels, by the header alone", async () => {
    expect((await refusal(pngClaiming(10_000, 5_001))).message).toContain("50.0 megapixels");
    expect((await refusal(pngClaiming(60_000, 60_000))).message).toContain("3600.0 megapixels");
  });

  test("animations", async () => {
    const frames = await sharp([await picture(8, 8).png().toBuffer(), await picture(8, 8, 3, { r: 1, g: 2, b: 3 }).png().toBuffer()], { join: { animated: true } }).webp().toBuffer();
    expect((await refusal(frames)).message).toContain("2 pictures");
    const still = await picture(8, 8).png().toBuffer();
    // After the header, which ends at byte 33; the decoder does not look at its checksum.
    const announced = Buffer.concat([still.subarray(0, 33), Buffer.from("000000086163544c0000000200000000f38d9370", "hex"), still.subarray(33)]);
    expect((await refusal(announced)).message).toContain("animation");
  });

  test("HEIC, by its name", async () => {
    const header = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0mif1heic")]);
    const refused = await refusal(header);
    expect(refused.message).toContain("HEIC");
    expect(refused.remedy).toContain("JPEG");
  });
});

test("an upload is kept as the PNG that a Load Image node names", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "bifrost-upload-"));
  try {
    const store = new ArtifactStore(dataDir);
    const { artifact, width, height } = await storeUpload(store, await picture(20, 10).jpeg().toBuffer());
    expect({ kind: artifact.kind, width, height }).toEqual({ kind: "png", width: 20, height: 10 });
    expect(await decodeUpload(await store.read(artifact))).toMatchObject({ width: 20, height: 10 });
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
