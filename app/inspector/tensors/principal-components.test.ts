import { describe, expect, it } from "vitest";
import { fitBasis, type VectorSet } from "./principal-components";
import { projectionOf } from "./projection";
import { expectedNumbers, referenceNumbers, relativeError } from "./test-files";

/** The iteration stops when a component turns by less than 1e-7; colours have 8 bits. */
const close = 1e-6;

const rows = (numbers: VectorSet["numbers"], size: number, mask: VectorSet["mask"] = null): VectorSet => ({ numbers, count: numbers.length / size, stride: size, step: 1, mask });
const patches = [0, 1, 2, 3].map((i) => rows(referenceNumbers(`frame.${i}.patches`), 24, referenceNumbers(`frame.${i}.mask`)));
const latents = [0, 1, 2].map((i): VectorSet => ({ numbers: referenceNumbers(`latents.${i}`), count: 30, stride: 1, step: 30, mask: null }));

describe("principal components", () => {
  it.each([["patch", patches, 24], ["latent", latents, 4]] as const)("are numpy.linalg.svd's up to sign: %s", (kind, sets, size) => {
    const { components, explained } = fitBasis(sets, size);
    const wanted = expectedNumbers(`${kind}-components`);
    components.forEach((component, k) => {
      const row = wanted.slice(k * size, (k + 1) * size);
      const sign = Math.sign(row.reduce((sum, value, d) => sum + value * component[d]!, 0));
      expect(relativeError(component, row.map((value) => value * sign))).toBeLessThan(close);
    });
    expect(explained).toBeCloseTo(expectedNumbers(`${kind}-explained`)[0]!, 9);
  });

  it("are the same numbers every time, and of the sign of their largest element", () => {
    const [first, second] = [fitBasis(patches, 24), fitBasis(patches, 24)];
    expect(second).toEqual(first);
    for (const component of first.components) expect(Math.max(...component)).toBe(Math.max(...component.map(Math.abs)));
  });

  it("are found without the covariance where vectors are long", () => {
    // Two known directions of 400 elements, one of them three times the other.
    const [long, short] = [0, 1].map((phase) => Float64Array.from({ length: 400 }, (_, d) => Math.sqrt(2 / 400) * Math.cos((2 * Math.PI * (3 * d + 100 * phase)) / 400)));
    const data = new Float64Array(50 * 400);
    for (let i = 0; i < 50; i++) for (let d = 0; d < 400; d++) data[i * 400 + d] = 7 + 3 * Math.sin(i) * long![d]! + Math.cos(3 * i) * short![d]!;
    const basis = fitBasis([rows(data, 400)], 400);
    expect(basis.explained).toBeCloseTo(1, 9);
    const along = (component: Float64Array, direction: Float64Array) => Math.abs(component.reduce((sum, value, d) => sum + value * direction[d]!, 0));
    // The draws of the two are not quite uncorrelated, so the components are the directions turned a little, in their plane.
    for (const component of basis.components.slice(0, 2)) expect(Math.hypot(along(component, long!), along(component, short!))).toBeCloseTo(1, 9);
    expect(basis.components[2]!.every((value) => value === 0)).toBe(true);
  });

  it("take every n-th of too many vectors", () => {
    // 3,000 vectors of 2,048 elements are three times what is looked at; they lie on one line.
    const data = new Float32Array(3000 * 2048);
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / 2048) % 2 === 0 ? 1 : i % 2048;
    expect(fitBasis([rows(data, 2048)], 2048).explained).toBeCloseTo(1, 9);
  });

  it("leave out vectors that are masked or not finite", () => {
    const data = Float64Array.of(1, 0, -1, 0, 0, 50, NaN, 9, 9, Infinity);
    const { components, mean } = fitBasis([rows(data, 2, Float32Array.of(0, 0, 1, 0, 0))], 2);
    expect([...mean]).toEqual([0, 0]);
    expect(components[0]![0]).toBe(1);
    expect(components[0]![1]).toBeCloseTo(0, 12);
  });

  it.each<[string, VectorSet[]]>([
    ["constant data", [rows(new Float32Array(40).fill(2.5), 4)]],
    ["nothing but NaN", [rows(new Float32Array(40).fill(NaN), 4)]],
    ["no vectors", [rows(new Float32Array(0), 4)]],
    ["no frames", []],
  ])("are zero for %s", (_, sets) => {
    const { components, explained, ranges } = fitBasis(sets, 4);
    expect(components.map((component) => [...component])).toEqual([0, 1, 2].map(() => [0, 0, 0, 0]));
    expect(explained).toBe(0);
    expect(ranges).toEqual([0, 1, 2].map(() => [0, 0]));
  });

  it("are fewer than three in fewer dimensions", () => {
    const { components, explained } = fitBasis([rows(Float32Array.of(1, 2, 4), 1)], 1);
    expect(components.map(([value]) => value)).toEqual([1, 0, 0]);
    expect(explained).toBe(1);
  });
});

describe("a projection", () => {
  const fitted = { frames: 4, of: 4 };
  const bytes = ({ pixels }: ReturnType<typeof projectionOf>) => [...new Uint8Array(pixels.buffer)];

  it("is (vector − mean) · component, from the least to the most of each colour", () => {
    const basis = fitBasis(patches, 24);
    const { numbers } = patches[3]!;
    const pixels = bytes(projectionOf(patches[3]!, basis, 4, 4, fitted));
    for (let i = 0; i < 16; i++) {
      const colour = basis.components.map((component, k) => {
        const [low, high] = basis.ranges[k]!;
        const coordinate = component.reduce((sum, value, d) => sum + value * (numbers[i * 24 + d]! - basis.mean[d]!), 0);
        return Math.round(Math.max(0, Math.min(1, (coordinate - low) / (high - low))) * 255);
      });
      expect(pixels.slice(i * 4, i * 4 + 4)).toEqual([...colour, 255]);
    }
  });

  it("of latents, which lie channel by channel, is that of the same vectors row by row", () => {
    const basis = fitBasis(latents, 4);
    const { numbers } = latents[1]!;
    const turned = Float32Array.from({ length: 120 }, (_, i) => numbers[(i % 4) * 30 + Math.floor(i / 4)]!);
    expect(bytes(projectionOf(latents[1]!, basis, 5, 6, fitted))).toEqual(bytes(projectionOf(rows(turned, 4), basis, 5, 6, fitted)));
  });

  it("leaves masked patches blank, and shows NaN as magenta", () => {
    const set = rows(Float32Array.of(0, 1, NaN, 5, 2, 2), 2, Float32Array.of(0, 0, 1));
    const projection = projectionOf(set, fitBasis([set], 2), 3, 1, fitted);
    const pixels = bytes(projection);
    expect(projection.nan).toBe(true);
    expect(pixels.slice(4, 8)).toEqual([255, 0, 255, 255]);
    expect(pixels.slice(8)).toEqual([0, 0, 0, 0]);
    // One vector is left of which nothing differs.
    expect(pixels.slice(0, 4)).toEqual([128, 128, 128, 255]);
  });
});
