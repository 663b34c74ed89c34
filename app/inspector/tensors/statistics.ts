/** Numbers that sum up a tensor, or say how far two are apart. All in float64. */
import type { Difference, Histogram, Statistics } from "../worker/contract";
import type { Numbers } from "./tensor-numbers";

/** Two passes, so that a mean far from zero does not spoil the deviation. */
export function statisticsOf(numbers: Numbers): Statistics {
  const count = numbers.length;
  let [min, max, sum, nan, infinite] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const value = numbers[i]!;
    // The difference is NaN for NaN and for infinite values.
    if (value - value !== 0) {
      if (value !== value) nan++;
      else infinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const finite = count - nan - infinite;
  if (finite === 0) return { count, min: NaN, max: NaN, mean: NaN, std: NaN, nan, infinite };
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const apart = numbers[i]! - mean;
    if (apart - apart === 0) squares += apart * apart;
  }
  return { count, min, max, mean, std: Math.sqrt(squares / finite), nan, infinite };
}

/**
 * Counts as numpy.histogram of the finite elements as float64 gives them, its edges included: a constant tensor gets one
 * unit around its value, one without finite elements the range 0…1. `bins` from 1 to 4,096; throws a RangeError otherwise.
 */
export function histogramOf(numbers: Numbers, bins: number): Histogram {
  if (!Number.isInteger(bins) || bins < 1 || bins > 4096) throw new RangeError(`A histogram has 1 to 4096 bins, not ${bins}.`);
  const { low, high } = histogramRange(numbers);
  const counts = new Float64Array(bins);
  const step = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : i * step + low));
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (value - value !== 0) continue;
    let bin = Math.trunc(((value - low) / (high - low)) * bins);
    if (bin === bins) bin--;
    // The quotient is rounded, the edges are the definition.
    if (value < edges[bin]!) bin--;
    else if (value >= edges[bin + 1]! && bin !== bins - 1) bin++;
    counts[bin]!++;
  }
  return { low, high, counts: [...counts] };
}

const pictureBins = 64;

/** Of each channel of 8-bit numbers that take turns, 64 bins of four values each. */
export function channelHistogramsOf(numbers: Numbers, channels: number): Histogram[] {
  const counts = Array.from({ length: channels }, () => Array.from({ length: pictureBins }, () => 0));
  const width = 256 / pictureBins;
  for (let i = 0, channel = 0; i < numbers.length; i++) {
    counts[channel]![Math.floor(numbers[i]! / width)]!++;
    if (++channel === channels) channel = 0;
  }
  return counts.map((each) => ({ low: 0, high: 256, counts: each }));
}

function histogramRange(numbers: Numbers): { low: number; high: number } {
  const { min, max } = statisticsOf(numbers);
  if (Number.isNaN(min)) return { low: 0, high: 1 };
  return min === max ? { low: min - 0.5, high: max + 0.5 } : { low: min, high: max };
}

/**
 * How far `b` is from `a`; both of one length. `range` is what PSNR measures errors against. NaN where a NaN or infinite
 * element makes a number meaningless; elements are equal when both are NaN.
 */
export function differenceOf(a: Numbers, b: Numbers, range: number): Difference {
  let [maxAbs, sumAbs, squares, dot, normA, normB, equal] = [0, 0, 0, 0, 0, 0, true];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    const apart = Math.abs(x - y);
    if (x !== y && (x === x || y === y)) equal = false;
    // A comparison with NaN is false both ways, and a maximum that is NaN has to stay so.
    if (!(apart <= maxAbs)) maxAbs = maxAbs === maxAbs ? apart : maxAbs;
    sumAbs += apart;
    squares += apart * apart;
    dot += x * y;
    normA += x * x;
    normB += y * y;
  }
  const mse = squares / a.length;
  return {
    maxAbs: a.length === 0 ? NaN : maxAbs,
    meanAbs: sumAbs / a.length,
    psnr: equal ? Infinity : 10 * Math.log10((range * range) / mse),
    cosine: dot / (Math.sqrt(normA) * Math.sqrt(normB)),
    equal,
  };
}
