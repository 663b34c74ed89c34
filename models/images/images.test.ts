import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeSafetensors } from "../checkpoints/safetensors";
import { relativeError } from "../reference/parity";
import { float32, type Tensor } from "../tensor";
import { resizeBicubic } from "./bicubic-resize";
import { fromSignedTensor, onWhite, pixels, toSignedTensor, type Pixels } from "./pixels";
import { qwenPatches, qwenSquarePatches, type QwenImageConfig } from "./qwen-patches";

const file = fileURLToPath(new URL("../reference/fixtures/images.safetensors", import.meta.url));
const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
const config = JSON.parse(metadata["config"] ?? "null") as QwenImageConfig;

function image(name: string): Pixels {
  const { dims, data } = tensors[name] as Tensor<"uint8">;
  return pixels(data, dims[1]!, dims[0]!, 3);
}

describe("bicubic resizing", () => {
  it.each(Object.keys(tensors).filter((name) => name.startsWith("resized.")))("gives Pillow's bytes: %s", (name) => {
    const [, source, size] = name.split(".") as [string, string, string];
    const [width, height] = size.split("x").map(Number) as [number, number];
    expect(resizeBicubic(image(`image.${source}`), width, height)).toEqual(image(name));
  });

  it("refuses an empty result", () => {
    expect(() => resizeBicubic(image("image.noise"), 0, 4)).toThrow("positive integers, got 0 × 4");
  });
});

describe("Qwen patches", () => {
  it("are those of Transformers' image processor", () => {
    const { pixelValues, gridH, gridW } = qwenPatches(image("image.still"), config);
    expect([gridH, gridW]).toEqual([4, 6]);
    // Both scale and shift in float32, in another order.
    expect(relativeError(pixelValues, tensors["pixel_values"])).toBeLessThan(1e-6);
  });

  it("come from a square of the asked side", () => {
    const { pixelValues, gridH, gridW } = qwenSquarePatches(image("image.ramp"), 32, config);
    expect([gridH, gridW, ...pixelValues.dims]).toEqual([8, 8, 64, 96]);
  });

  it("refuse sides that do not divide into merged patches", () => {
    expect(() => qwenPatches(image("image.noise"), config)).toThrow("multiples of 8 (patch_size · merge_size), got 23 × 19");
  });
});

describe("pixels", () => {
  it("survive the way to the autoencoder's range and back", () => {
    const original = image("image.noise");
    const tensor = toSignedTensor(original);
    expect(tensor.dims).toEqual([1, 3, 19, 23]);
    expect([Math.min(...tensor.data), Math.max(...tensor.data)]).toEqual([-1, 1]);
    expect(fromSignedTensor(tensor)).toEqual(original);
  });

  it("are clamped where a decoder overshoots", () => {
    const decoded = float32(Float32Array.of(-1.5, 1.5, 0, -1, 1, 0.5), [1, 3, 1, 2]);
    expect([...fromSignedTensor(decoded).data]).toEqual([0, 128, 255, 255, 0, 191]);
  });

  it("lie on white where they are transparent", () => {
    const seeThrough = pixels(Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51), 3, 1, 4);
    expect([...onWhite(seeThrough).data]).toEqual([10, 20, 30, 255, 255, 255, 204, 224, 244]);
  });

  it("refuse bytes that do not fill the picture, and tensors that are no picture", () => {
    expect(() => pixels(new Uint8Array(11), 2, 2, 3)).toThrow("2 × 2 × 3 needs 12 bytes, got 11");
    expect(() => fromSignedTensor(float32(new Float32Array(4), [1, 1, 2, 2]))).toThrow("[1, 3, height, width], got [1, 1, 2, 2]");
  });
});
