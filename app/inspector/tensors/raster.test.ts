import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colourTable } from "./colour-maps";
import { plainField, type Field, type Projection } from "./field";
import { latentChannels } from "./latent-fields";
import { differenceRaster, rastersOf } from "./raster";

const row = (values: readonly number[], settings: Partial<Field> = {}) => plainField(values.length, 1, Float32Array.from(values), { map: "sequential", ...settings });
const one = (field: Field) => rastersOf([field], false)[0]!;
const pixels = (rgba: Uint8ClampedArray<ArrayBuffer>) => [...new Uint32Array(rgba.buffer)];
const bytes = (...levels: number[]) => new Uint32Array(Uint8Array.from(levels).buffer)[0]!;
const [magenta, orange, blank] = [bytes(255, 0, 255, 255), bytes(255, 140, 0, 255), 0];
const sequential = colourTable("sequential");
const diverging = colourTable("diverging");

describe("a raster", () => {
  it("goes from the least to the greatest value, when sequential", () => {
    const { rgba, scale, values } = one(row([2, 4, 3]));
    expect(scale).toEqual({ map: "sequential", low: 2, high: 4 });
    expect(pixels(rgba)).toEqual([sequential[0], sequential[255], sequential[128]]);
    expect([...values!]).toEqual([2, 4, 3]);
  });

  it("has zero in the neutral middle, when diverging", () => {
    const { rgba, scale } = one(row([0, 3, -1.5], { map: "diverging" }));
    expect(scale).toEqual({ map: "diverging", low: -3, high: 3 });
    // −1.5 lies at 63.5 of 0…254, and is rounded up.
    expect(pixels(rgba)).toEqual([diverging[127], diverging[254], diverging[64]]);
  });

  it("shows what is not finite in colours of its own, and nothing where it is blank", () => {
    const field = row([NaN, Infinity, -Infinity, 1, 2, NaN], { blank: Uint8Array.of(0, 0, 0, 0, 0, 1) });
    const { rgba, scale, notFinite } = one(field);
    expect(pixels(rgba)).toEqual([magenta, orange, orange, sequential[0], sequential[255], blank]);
    expect(notFinite).toEqual({ nan: true, infinite: true });
    // What is blank is not drawn as NaN, and no key names it.
    expect(one(row([1, NaN], { blank: Uint8Array.of(0, 1) })).notFinite).toEqual({ nan: false, infinite: false });
    expect(one(row([1, 2])).notFinite).toEqual({ nan: false, infinite: false });
    expect(scale).toMatchObject({ low: 1, high: 2 });
  });

  it.each<[string, number[], number[]]>([
    ["a constant has the middle's colour", [5, 5], [sequential[128]!, sequential[128]!]],
    ["all NaN", [NaN, NaN], [magenta, magenta]],
    ["a constant with infinity", [5, Infinity], [sequential[128]!, orange]],
    ["the largest numbers", [-3.4e38, 3.4e38], [sequential[0]!, sequential[255]!]],
    ["the smallest numbers", [0, 1e-45], [sequential[0]!, sequential[255]!]],
    ["nothing", [], []],
  ])("is robust: %s", (_, values, wanted) => {
    expect(pixels(one(row(values)).rgba)).toEqual(wanted);
  });

  it("has a scale of NaN when no value is finite", () => {
    expect(one(row([NaN])).scale).toEqual({ map: "sequential", low: NaN, high: NaN });
    expect(one(row([])).scale).toEqual({ map: "sequential", low: NaN, high: NaN });
  });

  it("keeps to the range that a quantity brings", () => {
    expect(one(row([0.2, 0.4], { map: "diverging", range: [-1, 1] })).scale).toEqual({ map: "diverging", low: -1, high: 1 });
  });

  it("has a colour of its map at every pixel, in the order of the values", () => {
    const places = new Map([...sequential].map((pixel, i) => [pixel, i]));
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        const at = pixels(one(row(values)).rgba).map((pixel) => places.get(pixel)!);
        const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
        return at.every((place) => place !== undefined) && order.every((i, k) => k === 0 || at[order[k - 1]!]! <= at[i]!);
      }),
    );
  });
});

describe("several rasters", () => {
  it("have one scale per colour map when they share it", () => {
    const scales = rastersOf([row([1, 2]), row([0, 9]), row([-4, 1], { map: "diverging" })], true).map(({ scale }) => scale);
    expect(scales).toEqual([{ map: "sequential", low: 0, high: 9 }, { map: "sequential", low: 0, high: 9 }, { map: "diverging", low: -4, high: 4 }]);
    expect(rastersOf([row([1, 2]), row([0, 9])], false)[0]!.scale).toMatchObject({ low: 1, high: 2 });
  });

  it("share the scales of their tiles one by one", () => {
    const latents = (...numbers: number[]) => latentChannels({ numbers: Float32Array.from(numbers), channels: 2, height: 1, width: 1 }, "per-channel");
    const [a, b] = rastersOf([latents(1, 20), latents(-3, 5)], true);
    expect(a!.tiles!.scales!.map(({ high }) => high)).toEqual([3, 20]);
    expect(b!.tiles!.scales).toEqual(a!.tiles!.scales);
    expect(a!.scale).toEqual(a!.tiles!.scales![0]);
  });
});

describe("a difference of rasters", () => {
  it("is a − b, diverging, blank where one of them is", () => {
    const a = row([5, 1, NaN], { blank: Uint8Array.of(0, 0, 1) });
    const { rgba, scale, values } = differenceRaster(a, row([1, 3, 2]));
    expect([...values!]).toEqual([4, -2, NaN]);
    expect(scale).toEqual({ map: "diverging", low: -4, high: 4 });
    expect(pixels(rgba)).toEqual([diverging[254], diverging[64], blank]);
  });

  it("is refused for other sizes and for projections", () => {
    expect(() => differenceRaster(row([1]), row([1, 2]))).toThrow("1 × 1 and 2 × 1 pixels");
    const projection: Projection = { width: 1, height: 1, pixels: new Uint32Array(1), nan: false, basis: { frames: 1, of: 1, explained: 1 } };
    expect(() => differenceRaster(row([1]), projection)).toThrow("principal components cannot be subtracted");
  });
});
