import { describe, expect, it } from "vitest";
import { channelHistogramsOf, differenceOf, histogramOf, statisticsOf } from "./statistics";
import { expectedNumbers, referenceNumbers, relativeError } from "./test-files";

const [now, earlier] = [referenceNumbers("latents.1"), referenceNumbers("latents.0")];
const [image, other] = [referenceNumbers("image.a"), referenceNumbers("image.b")];
/** Both sum in float64, in another order. */
const sums = 1e-12;

describe("statistics", () => {
  it.each([["statistics", now], ["statistics.image", image]] as const)("are SciPy's: %s", (name, numbers) => {
    const { count, min, max, mean, std, nan, infinite } = statisticsOf(numbers);
    expect(relativeError([count, min, max, mean, std], expectedNumbers(name))).toBeLessThan(sums);
    expect([nan, infinite]).toEqual([0, 0]);
  });

  it("count what is not finite and leave it out", () => {
    expect(statisticsOf(Float32Array.of(NaN, 1, Infinity, 3, -Infinity, NaN))).toEqual({ count: 6, min: 1, max: 3, mean: 2, std: 1, nan: 2, infinite: 2 });
  });

  it("are NaN when nothing is left", () => {
    const none = { min: NaN, max: NaN, mean: NaN, std: NaN };
    expect(statisticsOf(Float32Array.of(NaN, Infinity))).toEqual({ count: 2, nan: 1, infinite: 1, ...none });
    expect(statisticsOf(new Float32Array(0))).toEqual({ count: 0, nan: 0, infinite: 0, ...none });
  });

  it("hold the deviation of values far from zero, which a sum of squares would lose", () => {
    expect(statisticsOf(Float64Array.of(1e9 + 1, 1e9 - 1)).std).toBe(1);
  });
});

describe("a histogram", () => {
  it.each([["histogram", now, 16], ["histogram.image", image, 256], ["histogram.constant", new Float32Array(7).fill(3), 10]] as const)("is numpy.histogram's, count by count: %s", (name, numbers, bins) => {
    expect(histogramOf(numbers, bins).counts).toEqual(expectedNumbers(name));
  });

  it("counts every finite element, on edges too", () => {
    const tenths = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    const { low, high, counts } = histogramOf(tenths, 100);
    expect([low, high]).toEqual([0, 1]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1001);
    expect(counts.at(-1)).toBe(11);
  });

  it("leaves out what is not finite", () => {
    expect(histogramOf(Float32Array.of(NaN, 0, 1, Infinity), 2)).toEqual({ low: 0, high: 1, counts: [1, 1] });
    expect(histogramOf(Float32Array.of(NaN), 3)).toEqual({ low: 0, high: 1, counts: [0, 0, 0] });
  });

  it.each([0, 1.5, 5000, NaN])("refuses %s bins", (bins) => {
    expect(() => histogramOf(now, bins)).toThrow(`A histogram has 1 to 4096 bins, not ${bins}.`);
  });
});

describe("a difference", () => {
  it("is NumPy's", () => {
    const numbers = ({ maxAbs, meanAbs, psnr, cosine }: ReturnType<typeof differenceOf>) => [maxAbs, meanAbs, psnr, cosine];
    expect(relativeError(numbers(differenceOf(image, other, 255)), expectedNumbers("difference.image"))).toBeLessThan(sums);
    const { min, max } = statisticsOf(now);
    expect(relativeError(numbers(differenceOf(now, earlier, max - min)), expectedNumbers("difference.latents"))).toBeLessThan(sums);
  });

  it("of equal tensors is none, NaN included", () => {
    expect(differenceOf(now, now.slice(), 1)).toMatchObject({ maxAbs: 0, meanAbs: 0, psnr: Infinity, equal: true });
    expect(differenceOf(Float32Array.of(NaN, 1), Float32Array.of(NaN, 1), 1)).toMatchObject({ equal: true, maxAbs: NaN });
  });

  it("says that it is not a number where an element is not", () => {
    expect(differenceOf(Float32Array.of(NaN, 1), Float32Array.of(0, 5), 1)).toEqual({ maxAbs: NaN, meanAbs: NaN, psnr: NaN, cosine: NaN, equal: false });
    expect(differenceOf(Float32Array.of(1, NaN), Float32Array.of(5, 0), 1).maxAbs).toBeNaN();
    expect(differenceOf(new Float32Array(0), new Float32Array(0), 1)).toMatchObject({ equal: true, maxAbs: NaN, meanAbs: NaN });
  });

  it("has no cosine with nothing", () => {
    expect(differenceOf(Float32Array.of(0, 0), Float32Array.of(1, 2), 1).cosine).toBeNaN();
  });
});

describe("histograms of channels", () => {
  it("count each channel by itself, four levels to a bin", () => {
    const [red, green, alpha] = channelHistogramsOf(Float32Array.of(0, 255, 7, 3, 252, 8, 4, 251, 8), 3);
    expect(red!.counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([[0, 2], [1, 1]]);
    expect(green!.counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([[62, 1], [63, 2]]);
    expect(alpha!.counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([[1, 1], [2, 2]]);
    expect([red!.low, red!.high, red!.counts.length]).toEqual([0, 256, 64]);
  });

  it("add up to those of all channels", () => {
    const all = channelHistogramsOf(image, 3).reduce((sum, { counts }) => sum.map((count, bin) => count + counts[bin]!), Array.from({ length: 64 }, () => 0));
    const wanted = Array.from({ length: 64 }, () => 0);
    for (const value of image) wanted[value >> 2]!++;
    expect(all).toEqual(wanted);
  });
});
