/**
 * PyTorch's CPU random numbers: the same seed gives the noise that a Python script with `torch.Generator()` would use.
 * Follows ATen's CPUGeneratorImpl, DistributionTemplates.h and TransformationHelper.h.
 */
import { elementCount, float32, type Tensor } from "../tensor";
import { MersenneTwister } from "./mersenne-twister";

const twoPi = Math.fround(2 * Math.PI);

/** randn of this many numbers and more goes through the block path. */
const blockSize = 16;

export class TorchGenerator {
  private readonly engine: MersenneTwister;
  /** The second of a pair of normal numbers that the scalar path has not given out yet. */
  private spare: number | null = null;

  /** Like `manual_seed`. Only a seed's low 32 bits count. Throws a RangeError unless it is a whole number from 0 to 2⁵³ − 1. */
  constructor(readonly seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number from 0 to 2^53 − 1, got ${seed}.`);
    this.engine = new MersenneTwister(seed % 2 ** 32);
  }

  /**
   * `torch.randn(dims, dtype=float32)`. Uniform bits are exact; logarithm, sine and cosine differ from PyTorch's
   * vectorised ones in the last bits of a float32.
   */
  randn(dims: readonly number[]): Tensor<"float32"> {
    const count = elementCount(dims);
    const values = new Float32Array(count);
    if (count < blockSize) {
      for (let i = 0; i < count; i++) values[i] = this.normal();
      return float32(values, dims);
    }
    for (let i = 0; i < count; i++) values[i] = this.uniform();
    for (let start = 0; start + blockSize <= count; start += blockSize) boxMuller(values, start);
    if (count % blockSize !== 0) {
      // A last part block is not cut short: the final 16 values are drawn anew, over some already made.
      for (let i = count - blockSize; i < count; i++) values[i] = this.uniform();
      boxMuller(values, count - blockSize);
    }
    return float32(values, dims);
  }

  /** `torch.rand(dims, dtype=float32)`: from 0, below 1. Exact. */
  rand(dims: readonly number[]): Tensor<"float32"> {
    return float32(Float32Array.from({ length: elementCount(dims) }, () => this.uniform()), dims);
  }

  /** `torch.randperm(count)`: the numbers 0 … count − 1 in random order. Exact. */
  randperm(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < count - 1; i++) {
      const other = i + (this.engine.next() % (count - i));
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    return order;
  }

  /** 24 random bits as a float32 in [0, 1). */
  private uniform(): number {
    return (this.engine.next() & 0xffffff) / 2 ** 24;
  }

  /** 53 random bits as a double in [0, 1): the low 21 bits of one draw above the 32 of the next. */
  private uniformDouble(): number {
    const high = this.engine.next() & 0x1fffff;
    return (high * 2 ** 32 + this.engine.next()) / 2 ** 53;
  }

  /** Box and Muller's pair in double precision, one now and one kept. */
  private normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    const angle = 2 * Math.PI * this.uniformDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniformDouble()));
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Sixteen uniform numbers become normal ones in place: the first eight give radii, the last eight angles. */
function boxMuller(values: Float32Array, start: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = Math.fround(Math.sqrt(Math.fround(-2 * Math.fround(Math.log(1 - values[i]!)))));
    const angle = Math.fround(twoPi * values[i + 8]!);
    values[i] = radius * Math.fround(Math.cos(angle));
    values[i + 8] = radius * Math.fround(Math.sin(angle));
  }
}
