import { expect, it } from "vitest";
import { colourTable } from "./colour-maps";
import { fadedRaster } from "./fading";
import { plainField } from "./field";
import { rastersOf } from "./raster";

const rasterOf = (values: number[]) => rastersOf([plainField(values.length, 1, Float32Array.from(values), { map: "sequential" })], false)[0]!;

it("lets more of what lies below be seen the lower a value is, in the colours of the map", () => {
  const raster = rasterOf([0, 0.5, 1, NaN]);
  const before = [...raster.rgba];
  const { rgba, values } = fadedRaster(raster);
  expect([rgba[3], rgba[7], rgba[11], rgba[15]]).toEqual([0, 115, 230, 255]);
  const table = colourTable("sequential");
  expect(new Uint32Array(rgba.buffer)[2]! & 0xffffff).toBe(table.at(-1)! & 0xffffff);
  expect(values).toBe(raster.values);
  expect([...raster.rgba]).toEqual(before);
});

it("shows a constant half", () => {
  expect(fadedRaster(rasterOf([3, 3])).rgba[3]).toBe(115);
});
