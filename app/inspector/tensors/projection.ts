/** Vectors as colours: their first three principal components as red, green and blue. */
import { nanPixel, packed } from "./colour-maps";
import type { Projection } from "./field";
import type { Basis, VectorSet } from "./principal-components";

/**
 * One pixel per vector, row by row; masked ones are blank. Projections between the ends of a component's range fill its
 * colour; a component in which nothing varies stays in the middle.
 */
export function projectionOf(vectors: VectorSet, basis: Basis, width: number, height: number, fitted: Pick<NonNullable<Projection["basis"]>, "frames" | "of">): Projection {
  const coordinates = projected(vectors, basis);
  const pixels = new Uint32Array(width * height);
  const channels = basis.ranges.map(([low, high]) => ({ low, factor: high > low ? 255 / (high - low) : 0 }));
  const level = (i: number, k: number) => {
    const { low, factor } = channels[k]!;
    return factor === 0 ? 128 : Math.max(0, Math.min(255, Math.round((coordinates[k]![i]! - low) * factor)));
  };
  let nan = false;
  for (let i = 0; i < vectors.count; i++) {
    if (vectors.mask !== null && vectors.mask[i] !== 0) continue;
    const finite = coordinates.every((coordinate) => Number.isFinite(coordinate[i]));
    nan ||= !finite;
    pixels[i] = finite ? packed(level(i, 0), level(i, 1), level(i, 2)) : nanPixel;
  }
  return { width, height, pixels, nan, basis: { ...fitted, explained: basis.explained } };
}

/** (vector − mean) · component, for all vectors, by component. */
function projected({ numbers, count, stride, step }: VectorSet, { size, mean, components }: Basis): Float64Array[] {
  const [first, second, third] = components as [Float64Array, Float64Array, Float64Array];
  const [a, b, c] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  // Whichever way the elements of a vector lie, they are read in the order of memory.
  if (step > stride) {
    for (let d = 0; d < size; d++) {
      const [m, x, y, z] = [mean[d]!, first[d]!, second[d]!, third[d]!];
      for (let i = 0, at = d * step; i < count; i++, at += stride) {
        const value = numbers[at]! - m;
        a[i]! += value * x;
        b[i]! += value * y;
        c[i]! += value * z;
      }
    }
    return [a, b, c];
  }
  for (let i = 0; i < count; i++) {
    let [x, y, z] = [0, 0, 0];
    for (let d = 0, at = i * stride; d < size; d++, at += step) {
      const value = numbers[at]! - mean[d]!;
      x += value * first[d]!;
      y += value * second[d]!;
      z += value * third[d]!;
    }
    a[i] = x;
    b[i] = y;
    c[i] = z;
  }
  return [a, b, c];
}
