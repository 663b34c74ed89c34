import sharp from "sharp";
import { expect, test } from "vitest";
import { rgbTensor } from "@/nodes/values";
import { encodePng, encodePreview } from "./png";

const picture = (width: number, height: number) => rgbTensor(Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) & 255), width, height);
const decode = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });

test("a picture comes back as it was", async () => {
  const given = picture(5, 3);
  const { data, info } = await decode(await encodePng(given));
  expect([info.width, info.height, info.channels]).toEqual([5, 3, 3]);
  expect(new Uint8Array(data)).toEqual(given.data);
});

test.each([[16, 16, 8], [16, 8, 8], [1, 1, 128], [100, 3, 1], [300, 200, 1]])("a preview of %d × %d is enlarged %d times, pixel by pixel", async (width, height, factor) => {
  const given = picture(width, height);
  const { data, info } = await decode(encodePreview(given));
  expect([info.width, info.height, info.channels]).toEqual([width * factor, height * factor, 3]);
  for (const [x, y] of [[0, 0], [width - 1, height - 1], [width >> 1, height >> 1]] as const) {
    for (const corner of [0, factor - 1]) {
      const at = ((y * factor + corner) * info.width + x * factor + corner) * 3;
      expect([...data.subarray(at, at + 3)]).toEqual([...given.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]);
    }
  }
});

test("a preview is hatched where the picture is transparent, and nowhere else", async () => {
  // Known and not known in one row, all known in the other.
  const given = { dtype: "uint8" as const, dims: [2, 2, 4], data: Uint8Array.of(10, 20, 30, 255, 0, 0, 0, 0, 40, 50, 60, 255, 70, 80, 90, 255) };
  const { data, info } = await decode(encodePreview(given));
  expect([info.width, info.height, info.channels]).toEqual([128, 128, 3]);
  const colours = (left: number, top: number) => new Set(Array.from({ length: 64 * 64 }, (_, i) => [...data.subarray(((top + Math.floor(i / 64)) * 128 + left + (i % 64)) * 3).subarray(0, 3)].join()));
  expect(colours(0, 0)).toEqual(new Set(["10,20,30"]));
  expect(colours(64, 0)).toEqual(new Set(["92,92,92", "163,163,163"]));
  expect(colours(0, 64)).toEqual(new Set(["40,50,60"]));
  expect(colours(64, 64)).toEqual(new Set(["70,80,90"]));
  // Lines that rise to the right: along them the colour stays.
  const at = (x: number, y: number) => data[(y * 128 + x) * 3];
  for (const [x, y] of [[64, 63], [80, 40], [100, 20]] as const) expect(at(x + 1, y - 1)).toBe(at(x, y));
  await expect(encodePng(given)).rejects.toThrow("A picture is [height, width, 3], got [2, 2, 4].");
});

test("equal pictures give equal bytes", async () => {
  expect(encodePreview(picture(16, 16))).toEqual(encodePreview(picture(16, 16)));
  expect(await encodePng(picture(9, 9))).toEqual(await encodePng(picture(9, 9)));
});
