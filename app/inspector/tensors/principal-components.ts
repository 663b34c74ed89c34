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

/** Elements looked at in a fit, at most: about a second on one core. */
const mostElements = 2 ** 21;
/** More directions than are asked for: iteration separates them from the rest, not from each other. */
const extraDirections = 5;
const mostIterations = 60;
/** A component that turns by less than this (sine of the angle) from one iteration to the next is found. */
const stillTurn = 1e-7;
/** A share of the variance that is rounding, and no direction of the data. */
const rounding = 1e-14;
/** Colours end where a hundredth of the projections lies beyond, so that one outlier does not make the rest alike. */
const cutShare = 0.01;

/**
 * Fits a basis to vectors of `size` elements. Masked vectors and those with NaN or infinite elements are left out; of too
 * many, every n-th is taken.
 */
export function fitBasis(sets: readonly VectorSet[], size: number): Basis {
  const total = sets.reduce((sum, { count }) => sum + count, 0);
  const rows = gather(sets, size, Math.max(1, Math.ceil((total * size) / mostElements)));
  const mean = meanOf(rows, size);
  for (const row of rows) for (let d = 0; d < size; d++) row[d]! -= mean[d]!;
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const directions = variance > 0 ? leadingDirections(rows, size, variance * rounding) : { vectors: [], values: [] };
  const components = Array.from({ length: componentCount }, (_, k) => {
    const real = (directions.values[k] ?? 0) > variance * rounding;
    return real ? withSign(directions.vectors[k]!) : new Float64Array(size);
  });
  const held = directions.values.slice(0, componentCount).reduce((sum, value) => sum + value, 0);
  return { size, mean, components, explained: variance > 0 ? Math.min(1, held / variance) : 0, ranges: components.map((component) => rangeOf(rows, component)) };
}

/** Copies of every n-th usable vector. */
function gather(sets: readonly VectorSet[], size: number, every: number): Float64Array[] {
  const rows: Float64Array[] = [];
  let seen = 0;
  for (const { numbers, count, stride, step, mask } of sets) {
    for (let i = 0; i < count; i++) {
      if (mask !== null && mask[i] !== 0) continue;
      if (seen++ % every !== 0) continue;
      const row = new Float64Array(size);
      let sum = 0;
      for (let d = 0, at = i * stride; d < size; d++, at += step) {
        row[d] = numbers[at]!;
        sum += row[d]!;
      }
      if (sum - sum === 0) rows.push(row);
    }
  }
  return rows;
}

function meanOf(rows: readonly Float64Array[], size: number): Float64Array {
  const mean = new Float64Array(size);
  for (const row of rows) for (let d = 0; d < size; d++) mean[d]! += row[d]!;
  return rows.length === 0 ? mean : mean.map((sum) => sum / rows.length);
}

/** Eigenvectors of Σ row rowᵀ with the largest eigenvalues, which come with them, both by falling eigenvalue. Those up to `least` are not waited for. */
function leadingDirections(rows: readonly Float64Array[], size: number, least: number): { vectors: Float64Array[]; values: number[] } {
  const wanted = Math.min(componentCount + extraDirections, size);
  const product = size <= rows.length && size <= 128 ? covarianceProduct(rows, size) : implicitProduct(rows, size);
  let vectors = orthonormal(startDirections(wanted, size));
  let values: number[] = [];
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const images = vectors.map(product);
    const ritz = symmetricEigen(vectors.map((vector) => images.map((image) => dot(vector, image))));
    const next = orthonormal(ritz.vectors.map((weights) => combine(weights, images, size)));
    values = ritz.values;
    const turns = next.slice(0, componentCount).map((vector, k) => (values[k]! > least ? turnBetween(vector, combine(ritz.vectors[k]!, vectors, size)) : 0));
    vectors = next;
    if (Math.max(...turns) < stillTurn) break;
  }
  return { vectors, values };
}

/** v ↦ Σ row (row · v) without a size × size matrix, which would be the larger one. */
function implicitProduct(rows: readonly Float64Array[], size: number): (vector: Float64Array) => Float64Array {
  return (vector) => {
    const image = new Float64Array(size);
    for (const row of rows) addScaled(image, row, dot(row, vector));
    return image;
  };
}

function covarianceProduct(rows: readonly Float64Array[], size: number): (vector: Float64Array) => Float64Array {
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows) for (let d = 0; d < size; d++) addScaled(matrix[d]!, row, row[d]!);
  return (vector) => Float64Array.from(matrix, (line) => dot(line, vector));
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

function rangeOf(rows: readonly Float64Array[], component: Float64Array): readonly [number, number] {
  const projections = Float64Array.from(rows, (row) => dot(row, component)).sort();
  const cut = Math.floor(projections.length * cutShare);
  return [projections[cut] ?? 0, projections[projections.length - 1 - cut] ?? 0];
}

function combine(weights: readonly number[], vectors: readonly Float64Array[], size: number): Float64Array {
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
