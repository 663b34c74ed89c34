import { describe, expect, it } from "vitest";
import { evenSample } from "./even-sample";
import { latentChange, latentChannel, latentChannels, latentNorms, type Latents } from "./latent-fields";
import { longestSide, mapFor, matrixField, matrixShape, mostPixels, sliceField, vectorColumns, vectorField } from "./matrix-field";
import { patchChange, patchDimension, patchNorms, patchSimilarity, unmaskOrder, type Patches } from "./patch-fields";
import { expectedNumbers, referenceNumbers, referenceTensor, relativeError } from "./test-files";

const grid = { rows: 4, columns: 4 };
const patches = (frame: number): Patches => ({ numbers: referenceNumbers(`frame.${frame}.patches`), count: 16, size: 24 });
const mask = (frame: number) => referenceNumbers(`frame.${frame}.mask`);
const latents = (frame: number): Latents => ({ numbers: referenceNumbers(`latents.${frame}`), channels: 4, height: 6, width: 5 });
/** Sums are taken in float64; the results are kept in float32. */
const float32Rounding = 1e-6;

describe("patches", () => {
  it.each([
    ["patch-norms", patchNorms(patches(3), grid)],
    ["patch-change", patchChange(patches(3), patches(2), grid)],
    ["patch-similarity", patchSimilarity(patches(3), 5, grid)],
    ["unmask-order", unmaskOrder([0, 1, 2, 3].map(mask), grid, [1, 2, 3, 4], 4)],
  ] as const)("have NumPy's %s", (name, field) => {
    expect(relativeError(field.values, expectedNumbers(name))).toBeLessThan(float32Rounding);
    expect([field.width, field.height]).toEqual([4, 4]);
  });

  it("show one dimension", () => {
    const { numbers } = patches(3);
    expect([...patchDimension(patches(3), 7, grid).values]).toEqual(Array.from({ length: 16 }, (_, patch) => numbers[patch * 24 + 7]));
  });

  it("are blank where they are masked", () => {
    const field = patchNorms(patches(1), grid, mask(1));
    expect([...field.blank!]).toEqual([...mask(1)]);
    field.values.forEach((value, patch) => expect(Number.isNaN(value)).toBe(mask(1)[patch] === 1));
  });

  it("have no cosine with a patch of zeros", () => {
    // Compared with a patch that is not known yet, nothing can be said.
    const unknown = patchSimilarity({ numbers: Float32Array.of(0, 0, 1, 1), count: 2, size: 2 }, 0, { rows: 1, columns: 2 }, Float32Array.of(1, 0));
    expect([[...unknown.values], [...unknown.blank!]]).toEqual([[NaN, NaN], [1, 1]]);
    expect([...patchSimilarity({ numbers: Float32Array.of(0, 0, 1, 1), count: 2, size: 2 }, 1, { rows: 1, columns: 2 }).values]).toEqual([NaN, 1]);
  });

  it("are blank in the order when they were never unmasked", () => {
    const { values, blank, range } = unmaskOrder([Float32Array.of(1, 0), Float32Array.of(1, 0)], { rows: 1, columns: 2 }, [1, 2], 2);
    expect([[...values], [...blank!], range]).toEqual([[NaN, 1], [1, 0], [1, 2]]);
    expect([...unmaskOrder([], { rows: 1, columns: 1 }, [], 0).blank!]).toEqual([1]);
  });
});

describe("latents", () => {
  it.each([["latent-norms", latentNorms(latents(1))], ["latent-change", latentChange(latents(1), latents(0))]] as const)("have NumPy's %s", (name, field) => {
    expect(relativeError(field.values, expectedNumbers(name))).toBeLessThan(float32Rounding);
    expect([field.width, field.height]).toEqual([5, 6]);
  });

  it("lay their channels out as tiles, one blank pixel apart", () => {
    const { width, height, values, blank, tiling } = latentChannels(latents(0), "shared");
    expect([width, height]).toEqual([11, 13]);
    expect(tiling).toEqual({ rows: 2, columns: 2, width: 5, height: 6, count: 4 });
    const { numbers } = latents(0);
    const at = (channel: number, x: number, y: number) => (Math.floor(channel / 2) * 7 + y) * 11 + (channel % 2) * 6 + x;
    for (let channel = 0; channel < 4; channel++) {
      for (let y = 0; y < 6; y++) for (let x = 0; x < 5; x++) expect(values[at(channel, x, y)]).toBe(numbers[channel * 30 + y * 5 + x]);
    }
    expect(blank!.reduce((sum, one) => sum + one, 0)).toBe(11 * 13 - 4 * 30);
    expect([...latentChannel(latents(0), 2).values]).toEqual([...numbers.subarray(60, 90)]);
  });

  it("leave the rest of the last row of tiles blank", () => {
    const { width, height, blank } = latentChannels({ numbers: Float32Array.of(1, 2, 3), channels: 3, height: 1, width: 1 }, "shared");
    expect([width, height, [...blank!]]).toEqual([3, 3, [0, 1, 0, 1, 1, 1, 0, 1, 1]]);
  });

  it("may be empty, and are refused as tiles when there are too many", () => {
    expect(latentChannels({ numbers: new Float32Array(0), channels: 0, height: 4, width: 4 }, "shared")).toMatchObject({ width: 0, height: 0 });
    expect(latentChannels({ numbers: new Float32Array(0), channels: 2, height: 0, width: 0 }, "shared").values.length).toBe(0);
    expect(() => latentChannels({ numbers: new Float32Array(0), channels: 65_536, height: 64, width: 64 }, "shared")).toThrow("Look at single channels");
  });
});

describe("a matrix", () => {
  const { numbers, dims } = { numbers: referenceNumbers("attention"), dims: referenceTensor("attention").dims };

  it("has the last dimension across and all others down", () => {
    expect(matrixShape(dims)).toEqual({ rows: 24, columns: 9 });
    expect(matrixShape([7])).toEqual({ rows: 1, columns: 7 });
    expect(matrixShape([])).toEqual({ rows: 1, columns: 1 });
    expect([...matrixField(numbers, 24, 9, "sequential").values]).toEqual([...numbers]);
  });

  it("is diverging when something is below zero", () => {
    expect([mapFor(numbers), mapFor(Float32Array.of(1, -1)), mapFor(new Float32Array(0))]).toEqual(["sequential", "diverging", "sequential"]);
  });

  it("gives NumPy's slices, and means over lists", () => {
    const slice = sliceField(numbers, dims, [1, [0, 1, 2], 2], { rows: 2, columns: 3 }, 1, "sequential");
    expect([slice.width, slice.height]).toEqual([3, 2]);
    expect(relativeError(slice.values, expectedNumbers("attention-slice"))).toBeLessThan(float32Rounding);
  });

  it.each<[string, Parameters<typeof sliceField>[2], number, string]>([
    ["too few indices", [0], 0, "takes 3 indices, not 1"],
    ["an index beyond the end", [0, 3, 0], 0, "Dimension 1 of [2, 3, 4, 9] has no index 3"],
    ["an index below zero", [0, -1, 0], 0, "has no index -1"],
    ["an empty list", [0, [], 0], 0, "none was given"],
    ["a grid that is too large", [0, 0, 0], 4, "does not fit into the 9 elements"],
  ])("refuses %s", (_, at, from, words) => {
    expect(() => sliceField(numbers, dims, at, { rows: 2, columns: 3 }, from, "sequential")).toThrow(words);
  });

  it("too wide to draw shows the value of largest magnitude of each block", () => {
    const columns = longestSide * 2 + 1;
    const data = new Float32Array(columns);
    data.set([1, -5, 2, NaN, 3, Infinity, NaN, Infinity], 0);
    data[columns - 1] = 9;
    const field = matrixField(data, 1, columns, "diverging");
    expect(field.pooled).toEqual({ rows: 1, columns: 3 });
    expect(field.width).toBe(Math.ceil(columns / 3));
    expect([...field.values.subarray(0, 3)]).toEqual([-5, NaN, NaN]);
    expect(field.values.at(-1)).toBe(9);
    expect(matrixField(data.fill(Infinity, 3, 5), 1, columns, "diverging").values[1]).toBe(Infinity);
  });

  it("too large to draw is reduced in both directions", () => {
    const rows = longestSide;
    const columns = (mostPixels / rows) * 2;
    const data = new Float32Array(rows * columns);
    data[rows * columns - 1] = -7;
    const field = matrixField(data, rows, columns, "diverging");
    expect(field.width * field.height).toBeLessThanOrEqual(mostPixels);
    expect(field.values.at(-1)).toBe(-7);
    expect(field.pooled!.rows * field.pooled!.columns).toBe(2);
  });

  it("leaves masked rows blank, and rows of blocks when all of them are", () => {
    const field = matrixField(Float32Array.of(1, 2, 3, 4), 2, 2, "diverging", Float32Array.of(1, 0));
    expect([[...field.blank!], [...field.values]]).toEqual([[1, 1, 0, 0], [NaN, NaN, 3, 4]]);
    const rows = longestSide * 2;
    const masked = new Float32Array(rows).fill(1, 0, 3);
    const pooled = matrixField(new Float32Array(rows).fill(2), rows, 1, "diverging", masked);
    expect([...pooled.blank!.subarray(0, 3)]).toEqual([1, 0, 0]);
    expect([...pooled.values.subarray(0, 3)]).toEqual([NaN, 2, 2]);
  });

  it.each([[0, 5], [5, 0], [0, 0]])("of %i × %i is empty", (rows, columns) => {
    expect(matrixField(new Float32Array(0), rows, columns, "diverging").values.length).toBe(0);
  });
});

describe("an even sample", () => {
  it("has the first, the last and evenly spaced ones between", () => {
    expect(evenSample([0, 1, 2, 3, 4, 5, 6, 7, 8], 5)).toEqual([0, 2, 4, 6, 8]);
    expect(evenSample(["a", "b"], 5)).toEqual(["a", "b"]);
    const all = Array.from({ length: 10_000 }, (_, i) => i);
    expect(evenSample(all, 32)).toHaveLength(32);
    // A sample is its own sample: the page takes one, and the worker again.
    expect(evenSample(evenSample(all, 32), 32)).toEqual(evenSample(all, 32));
  });
});

describe("a vector", () => {
  it.each([[128, 16], [768, 32], [64, 8], [4096, 64], [37, 7]])("of %i numbers has rows of %i", (count, columns) => {
    expect(vectorColumns(count)).toBe(columns);
  });

  it("goes on in the next row, and what is left of the last is blank", () => {
    const { width, height, values, blank } = vectorField(Float32Array.of(1, 2, 3, 4, 5), 3, "sequential");
    expect([width, height, [...values], [...blank!]]).toEqual([3, 2, [1, 2, 3, 4, 5, NaN], [0, 0, 0, 0, 0, 1]]);
    expect(vectorField(Float32Array.of(1, 2, 3, 4), 2, "sequential")).toMatchObject({ width: 2, height: 2, blank: null });
  });
});
