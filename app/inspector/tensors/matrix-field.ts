/** Any numbers as a picture of rows and columns, in blocks where there are more than can be drawn. */
import type { Grid } from "../worker/contract";
import { plainField, type Field } from "./field";
import { freshMemory, type PixelMemory } from "./pixel-memory";
import { elementCount } from "./safetensors-file";
import type { Numbers } from "./tensor-numbers";

/** Browsers draw more, but not on every computer; a picture of this size takes 32 MB with its values. */
export const mostPixels = 2 ** 22;
/** Larger sides are beyond some graphics cards. */
export const longestSide = 8192;

/**
 * `rows` × `columns` numbers. Where that is too large a picture, each pixel stands for a block and shows its value of
 * largest magnitude: NaN before infinity before all others. Rows with `blankRow` not 0 are blank.
 * What it holds lies in `memory`, for rastersOf to give back.
 */
export function matrixField(numbers: Numbers, rows: number, columns: number, map: Field["map"], blankRow?: Numbers, memory: PixelMemory = freshMemory): Field {
  const block = blockFor(rows, columns);
  const [height, width] = [Math.ceil(rows / block.rows), Math.ceil(columns / block.columns)];
  const pooled = block.rows * block.columns > 1;
  const values = new Float32Array(memory.take(width * height * Float32Array.BYTES_PER_ELEMENT));
  if (pooled) largestOfBlocks(numbers, rows, columns, block, blankRow, values.fill(0));
  else values.set(numbers);
  const blank = blankRow ? new Uint8Array(memory.take(width * height)).fill(0) : null;
  if (blankRow && blank) {
    for (let y = 0; y < height; y++) {
      if (blankRow.subarray(y * block.rows, (y + 1) * block.rows).includes(0)) continue;
      blank.fill(1, y * width, (y + 1) * width);
      values.fill(NaN, y * width, (y + 1) * width);
    }
  }
  return plainField(width, height, values, { map, blank, pooled: pooled ? block : null });
}

/** The smallest blocks, square as far as the sides allow, that make few enough pixels. */
function blockFor(rows: number, columns: number): Grid {
  let block = { rows: Math.max(1, Math.ceil(rows / longestSide)), columns: Math.max(1, Math.ceil(columns / longestSide)) };
  while (Math.ceil(rows / block.rows) * Math.ceil(columns / block.columns) > mostPixels) {
    const tall = rows / block.rows >= columns / block.columns;
    block = tall ? { ...block, rows: block.rows + 1 } : { ...block, columns: block.columns + 1 };
  }
  return block;
}

/** Into `values`, all zero. */
function largestOfBlocks(numbers: Numbers, rows: number, columns: number, block: Grid, blankRow: Numbers | undefined, values: Float32Array): void {
  const width = Math.ceil(columns / block.columns);
  for (let row = 0, i = 0; row < rows; row++) {
    if (blankRow && blankRow[row] !== 0) {
      i += columns;
      continue;
    }
    const start = Math.floor(row / block.rows) * width;
    for (let x = 0, left = block.columns, at = start; x < columns; x++, i++) {
      const value = numbers[i]!;
      // NaN compares false, so one already there stays.
      if (value !== value || Math.abs(value) > Math.abs(values[at]!)) values[at] = value;
      if (--left === 0) {
        left = block.columns;
        at++;
      }
    }
  }
}

/**
 * One index on every leading dimension, the mean over those given as lists; of the last dimension the elements from
 * `from` on, laid out on the grid. Throws a RangeError that names what does not fit `dims`.
 */
export function sliceField(numbers: Numbers, dims: readonly number[], at: readonly (number | readonly number[])[], grid: Grid, from: number, map: Field["map"]): Field {
  const length = dims.at(-1) ?? 0;
  const count = grid.rows * grid.columns;
  if (at.length !== dims.length - 1) throw new RangeError(`A slice of a tensor of shape [${dims.join(", ")}] takes ${Math.max(0, dims.length - 1)} indices, not ${at.length}.`);
  if (from < 0 || from + count > length) throw new RangeError(`A grid of ${grid.rows} × ${grid.columns} from element ${from} on does not fit into the ${length} elements of the last dimension.`);
  const rows = at.reduce<number[]>((rows, choice, axis) => {
    const chosen = typeof choice === "number" ? [choice] : choice;
    const wrong = chosen.find((index) => !Number.isInteger(index) || index < 0 || index >= dims[axis]!);
    if (wrong !== undefined || chosen.length === 0) throw new RangeError(`Dimension ${axis} of [${dims.join(", ")}] has no index ${wrong ?? "(none was given)"}.`);
    return rows.flatMap((row) => chosen.map((index) => row * dims[axis]! + index));
  }, [0]);
  const sums = new Float64Array(count);
  for (const row of rows) {
    for (let i = 0, element = row * length + from; i < count; i++, element++) sums[i]! += numbers[element]!;
  }
  return plainField(grid.columns, grid.rows, Float32Array.from(sums, (sum) => sum / rows.length), { map });
}

/** So many numbers to a row that a vector makes a picture about as high as wide, in full rows where there is such a number. */
export function vectorColumns(count: number): number {
  const side = Math.max(1, Math.ceil(Math.sqrt(count)));
  for (let columns = side; columns <= side * 2; columns++) if (count % columns === 0) return columns;
  return side;
}

/** Numbers one after the other, `columns` to a row; what is left of the last row is blank. */
export function vectorField(numbers: Numbers, columns: number, map: Field["map"]): Field {
  const rows = Math.ceil(numbers.length / columns);
  if (rows * columns === numbers.length) return matrixField(numbers, rows, columns, map);
  const values = new Float32Array(rows * columns).fill(NaN);
  values.set(numbers);
  return plainField(columns, rows, values, { map, blank: new Uint8Array(values.length).fill(1, numbers.length) });
}

/** The rows and columns of any tensor as a picture: the last dimension across, all others down. */
export function matrixShape(dims: readonly number[]): Grid {
  const columns = dims.at(-1) ?? 1;
  return { rows: elementCount(dims.slice(0, -1)), columns };
}

/** Diverging where a value is below zero. */
export function mapFor(numbers: Numbers): Field["map"] {
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! < 0) return "diverging";
  return "sequential";
}
