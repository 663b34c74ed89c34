import { expect, test } from "vitest";
import { float32 } from "@/models/tensor";
import { latentPicture, patchPicture, pictureOf } from "./pictures";
import { imageValue, textValue } from "./values";

/** Channel 0 is red, channel 1 is green, blue is always full. */
const map = { weight: [[1, 0], [0, 1], [0, 0]], bias: [0, 0, 1] };

test("each latent is one pixel, channels first", () => {
  const latents = float32(Float32Array.of(0, 1, 0.5, 2, /* second channel */ 1, 0, -3, 0.2), [1, 2, 2, 2]);
  expect([...latentPicture(latents, map)!.data]).toEqual([0, 255, 255, 255, 0, 255, 128, 0, 255, 255, 51, 255]);
});

test("patches are one pixel each, channels last, transparent where unknown", () => {
  const patches = Float32Array.of(1, 0, 0, 1);
  expect([...patchPicture(patches, 1, 2, map, Float32Array.of(0, 1))!.data]).toEqual([255, 0, 255, 255, 0, 0, 0, 0]);
  expect([...patchPicture(patches, 1, 2, undefined, Float32Array.of(0, 1))!.data]).toEqual([150, 150, 150, 255, 0, 0, 0, 0]);
  // Nothing is transparent where everything is known.
  expect(patchPicture(patches, 1, 2, map, Float32Array.of(0, 0))).toEqual({ dtype: "uint8", dims: [1, 2, 3], data: Uint8Array.of(255, 0, 255, 0, 255, 255) });
});

test("a map for other channels makes no picture", () => {
  expect(latentPicture(float32(new Float32Array(3), [1, 3, 1, 1]), map)).toBeNull();
  expect(patchPicture(new Float32Array(3), 1, 1, map)).toBeNull();
});

test("an image is its own picture and asks for no checkpoint", () => {
  const models = {
    get pipeline(): never {
      throw new Error("no checkpoint");
    },
  };
  const image = imageValue(Uint8Array.of(1, 2, 3), 1, 1);
  expect(pictureOf(image, models)).toBe(image.tensors.image);
  expect(pictureOf(textValue("x"), models)).toBeNull();
});
