/**
 * The first three principal components of vectors from many frames, found by orthogonal iteration on their covariance
 * with Rayleigh–Ritz (Golub & Van Loan, Matrix Computations, §8.2), in float64. The same vectors give the same numbers.
 */
import type { Numbers } from "./tensor-numbers";
import { symmetricEigen } from "./symmetric-eigen";

export const componentCount = 3;

/** Vectors of one frame: vector i has its element d at offset i · stride + d · step. */
export interface VectorSet {
  readonly numbers: Numbers;
  readonly count: number;
  readonly stride: number;
  readonly step: number;
  /** [count], not 0 where a vector is left out; null to take all. */
  readonly mask: Numbers | null;
}

export interface Basis {
  readonly size: number;
  /** [size] */
  readonly mean: Float64Array;
  /** Orthonormal rows [size] each, by falling variance; all zero where nothing varies any more. */
  readonly components: readonly Float64Array[];
  /** Share of the variance that they hold, 0…1; 0 when nothing varies. */
  readonly explained: number;
  /** By component: the projections that get the least and the most of its colour. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** Elements looked at in a fit, at most. The products below then take 2²⁹ multiplications in the worst case. */
const mostElements = 2 ** 20;
/** More directions than are asked for: iteration separates them from the rest, not from each other. */
const extraDirections = 5;
const mostIterations = 60;
/** A component that turns by less than this (sine of the angle) from one iteration to the next is found. */
const stillTurn = 1e-7;
/** A share of the variance that is rounding, and no direction of the data. */
const rounding = 1e-14;
/** Colours end where a hundredth of the projections lies beyond, so that one outlier does not make the rest alike. */
const cutShare = 0.01;

/** Vectors as a matrix of which the longer lines lie together: one per vector, or one per dimension. */
interface Sample {
  readonly lines: readonly Float64Array[];
  readonly linesAre: "vectors" | "dimensions";
}

/**
 * Fits a basis to vectors of `size` elements. Masked vectors and those with NaN or infinite elements are left out; of too
 * many, every n-th is taken.
 */
export function fitBasis(sets: readonly VectorSet[], size: number): Basis {
  const sample = gather(sets, size);
  const mean = centre(sample, size);
  const variance = sample.lines.reduce((sum, line) => sum + dot(line, line), 0);
  const directions = variance > 0 ? principalDirections(sample, size, variance * rounding) : { vectors: [], values: [] };
  const components = Array.from({ length: componentCount }, (_, k) => {
    const real = (directions.values[k] ?? 0) > variance * rounding;
    return real ? withSign(directions.vectors[k]!) : new Float64Array(size);
  });
  const held = directions.values.slice(0, componentCount).reduce((sum, value) => sum + value, 0);
  return { size, mean, components, explained: variance > 0 ? Math.min(1, held / variance) : 0, ranges: components.map((component) => rangeOf(coordinates(sample, component))) };
}

/** Copies of every n-th usable vector. */
function gather(sets: readonly VectorSet[], size: number): Sample {
  const total = sets.reduce((sum, set) => sum + unmaskedCount(set), 0);
  // An odd number comes to every column of the usual grids.
  const every = Math.ceil((total * size) / mostElements) | 1;
  const most = Math.ceil(total / every);
  const byVector = most < size;
  const lines = Array.from({ length: byVector ? most : size }, () => new Float64Array(byVector ? size : most));
  const vector = new Float64Array(size);
  let [seen, taken] = [0, 0];
  for (const { numbers, count, stride, step, mask } of sets) {
    for (let i = 0; i < count; i++) {
      if (mask !== null && mask[i] !== 0) continue;
      if (seen++ % every !== 0) continue;
      let sum = 0;
      for (let d = 0, at = i * stride; d < size; d++, at += step) {
        vector[d] = numbers[at]!;
        sum += vector[d]!;
      }
      if (sum - sum !== 0) continue;
      if (byVector) lines[taken]!.set(vector);
      else for (let d = 0; d < size; d++) lines[d]![taken] = vector[d]!;
      taken++;
    }
  }
  return byVector ? { lines: lines.slice(0, taken), linesAre: "vectors" } : { lines: lines.map((line) => line.subarray(0, taken)), linesAre: "dimensions" };
}

function unmaskedCount({ count, mask }: VectorSet): number {
  if (mask === null) return count;
  let unmasked = 0;
  for (let i = 0; i < count; i++) if (mask[i] === 0) unmasked++;
  return unmasked;
}

/** Takes the mean away, and returns it. */
function centre({ lines, linesAre }: Sample, size: number): Float64Array {
  const sumOf = (line: Float64Array) => line.reduce((sum, value) => sum + value, 0);
  if (linesAre === "dimensions") {
    return Float64Array.from(lines, (line) => {
      const mean = line.length === 0 ? 0 : sumOf(line) / line.length;
      for (let i = 0; i < line.length; i++) line[i]! -= mean;
      return mean;
    });
  }
  const mean = new Float64Array(size);
  for (const line of lines) addScaled(mean, line, 1 / lines.length);
  for (const line of lines) addScaled(line, mean, -1);
  return mean;
}

/** vector · component, for every vector. */
function coordinates({ lines, linesAre }: Sample, component: Float64Array): Float64Array {
  return linesAre === "vectors" ? Float64Array.from(lines, (line) => dot(line, component)) : combine(component, lines, lines[0]?.length ?? 0);
}

interface Directions {
  /** By falling eigenvalue. */
  readonly vectors: readonly Float64Array[];
  readonly values: readonly number[];
}

/**
 * Eigenvectors of Σ vector vectorᵀ with the largest eigenvalues. Where there are fewer vectors than dimensions, from those
 * of the vectors' products with each other, which has the same eigenvalues and is the smaller matrix.
 */
function principalDirections({ lines, linesAre }: Sample, size: number, least: number): Directions {
  const { vectors, values } = leadingEigenvectors(products(lines), least);
  return { values, vectors: linesAre === "dimensions" ? vectors : orthonormal(vectors.map((weights) => combine(weights, lines, size))) };
}

/** By orthogonal iteration. Eigenvectors whose eigenvalue is up to `least` are not waited for. */
function leadingEigenvectors(matrix: readonly Float64Array[], least: number): Directions {
  const size = matrix.length;
  let vectors = orthonormal(startDirections(Math.min(componentCount + extraDirections, size), size));
  let values: number[] = [];
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const images = vectors.map((vector) => Float64Array.from(matrix, (line) => dot(line, vector)));
    const ritz = symmetricEigen(vectors.map((vector) => images.map((image) => dot(vector, image))));
    values = ritz.values;
    const next = orthonormal(ritz.vectors.map((weights) => combine(weights, images, size)));
    const turns = next.slice(0, componentCount).map((vector, k) => (values[k]! > least ? turnBetween(vector, combine(ritz.vectors[k]!, vectors, size)) : 0));
    vectors = next;
    if (Math.max(...turns) < stillTurn) break;
  }
  return { vectors, values };
}

/** The dot product of every vector with every other. */
function products(vectors: readonly Float64Array[]): Float64Array[] {
  const matrix = vectors.map(() => new Float64Array(vectors.length));
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(vectors[i]!, vectors[j]!);
      matrix[i]![j] = product;
      matrix[j]![i] = product;
    }
  }
  return matrix;
}

/** Directions that no data is likely to be orthogonal to, always the same: a linear congruential generator's (Numerical Recipes, §7.1). */
function startDirections(count: number, size: number): Float64Array[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Array.from({ length: count }, () => Float64Array.from({ length: size }, next));
}

/** Modified Gram–Schmidt, twice for accuracy. A vector that depends on those before becomes zero. */
function orthonormal(vectors: Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) for (const other of done) addScaled(vector, other, -dot(other, vector));
    const length = Math.sqrt(dot(vector, vector));
    const dependent = !(length > before * 1e-13);
    for (let d = 0; d < vector.length; d++) vector[d] = dependent ? 0 : vector[d]! / length;
    done.push(vector);
  }
  return done;
}

/** The sine of the angle between two unit vectors. */
function turnBetween(a: Float64Array, b: Float64Array): number {
  const along = dot(a, b);
  let squares = 0;
  for (let d = 0; d < a.length; d++) squares += (b[d]! - along * a[d]!) ** 2;
  return Math.sqrt(squares);
}

/** The element of largest magnitude is positive, so that equal data get equal colours. */
function withSign(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => 0 - value) : vector;
}

function rangeOf(projections: Float64Array): readonly [number, number] {
  projections.sort();
  const cut = Math.floor(projections.length * cutShare);
  return [projections[cut] ?? 0, projections[projections.length - 1 - cut] ?? 0];
}

function combine(weights: ArrayLike<number>, vectors: readonly Float64Array[], size: number): Float64Array {
  const sum = new Float64Array(size);
  vectors.forEach((vector, k) => addScaled(sum, vector, weights[k]!));
  return sum;
}

/** Four sums, which a processor can take at the same time. */
function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length & ~3;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let d = 0; d < whole; d += 4) {
    s0 += a[d]! * b[d]!;
    s1 += a[d + 1]! * b[d + 1]!;
    s2 += a[d + 2]! * b[d + 2]!;
    s3 += a[d + 3]! * b[d + 3]!;
  }
  for (let d = whole; d < a.length; d++) s0 += a[d]! * b[d]!;
  return s0 + s1 + (s2 + s3);
}

function addScaled(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let d = 0; d < sum.length; d++) sum[d]! += factor * vector[d]!;
}
