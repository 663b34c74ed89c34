/** Fields in colour: which numbers the ends of the colour map stand for, and the pixels. */
import type { Raster, Scale } from "../worker/contract";
import { colourTable, givenPixel, infinitePixel, nanPixel } from "./colour-maps";
import type { Field, Projection } from "./field";

/** A part of a field's rows: x from `left` to `right`, y from `top` to `bottom`, both ends excluded. */
interface Region {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A field and the parts of it that have a scale each. */
interface Divided {
  readonly field: Field;
  readonly regions: readonly Region[];
}

/** Rasters in the order of the fields. With `shared`, fields of one colour map have one scale, tile by tile where tiles have scales of their own. */
export function rastersOf(drawn: readonly (Field | Projection)[], shared: boolean): Raster[] {
  const all = drawn.map((one) => ("values" in one ? divided(one) : one));
  const fields = all.filter((one) => "field" in one);
  const alike = ({ field }: Divided) => fields.filter((other) => other.field.map === field.map && other.field.scalePerTile === field.scalePerTile);
  return all.map((one) => ("field" in one ? rasterOf(one, shared ? alike(one) : [one]) : projected(one)));
}

/** a − b. Throws an Error unless both are pictures of one size that show numbers. */
export function differenceRaster(a: Field | Projection, b: Field | Projection): Raster {
  if (!("values" in a) || !("values" in b)) throw new Error("Colours of principal components cannot be subtracted. Compare norms, dimensions or channels instead.");
  if (a.pooled || b.pooled) throw new Error("These tensors are too large to be subtracted value by value in a picture. The numbers below hold for all values.");
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`The two pictures have ${a.width} × ${a.height} and ${b.width} × ${b.height} pixels. Only pictures of one size can be subtracted.`);
  }
  const values = new Float32Array(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = a.values[i]! - b.values[i]!;
  const blank = a.blank && b.blank ? a.blank.map((one, i) => one | b.blank![i]!) : (a.blank ?? b.blank);
  const difference = divided({ ...a, values, blank, map: "diverging", range: null, scalePerTile: false });
  return rasterOf(difference, [difference]);
}

function rasterOf({ field, regions }: Divided, together: readonly Divided[]): Raster {
  const { width, height, tiling, values } = field;
  const pixels = new Uint32Array(width * height);
  const scales = regions.map((_, at) => scaleOf(together, field.map, at));
  regions.forEach((region, at) => paint(field, region, scales[at]!, pixels));
  for (const at of field.given ?? []) pixels[at] = givenPixel;
  return {
    width,
    height,
    rgba: new Uint8ClampedArray(pixels.buffer),
    values,
    scale: scales[0] ?? null,
    tiles: tiling && { rows: tiling.rows, columns: tiling.columns, width: tiling.width, height: tiling.height, scales: field.scalePerTile ? scales : null },
    basis: null,
    pooled: field.pooled,
  };
}

function projected({ width, height, pixels, basis }: Projection): Raster {
  return { width, height, rgba: new Uint8ClampedArray(pixels.buffer), values: null, scale: null, tiles: null, basis, pooled: null };
}

/** The scale of the regions at one place over all of `fields`. Its ends are NaN when no value is finite. */
function scaleOf(fields: readonly Divided[], map: Scale["map"], at: number): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const { field, regions } of fields) {
    const region = regions[at];
    if (!region) continue;
    const [least, most] = field.range ?? extent(field, region);
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  if (low > high) return { map, low: NaN, high: NaN };
  if (map === "sequential") return { map, low, high };
  const farthest = Math.max(Math.abs(low), Math.abs(high));
  // Zero less it, so that nothing but zeros has no −0.
  return { map, low: 0 - farthest, high: farthest };
}

/** All bits of a float32's exponent: set in NaN and the infinities only. */
const exponentBits = 0x7f800000;

/** A float32's bits as an integer that is ordered as the numbers are, and back: twice is the same as not at all. */
const ordered = (bits: number) => bits ^ ((bits >> 31) & 0x7fffffff);

/** Least and greatest finite value; [∞, −∞] when there is none. Integers compare in half the time of floats that may be NaN or infinite. */
function extent({ values, width }: Field, { left, right, top, bottom }: Region): [number, number] {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let [low, high] = [0x7fffffff, -0x80000000];
  for (let y = top; y < bottom; y++) {
    for (let i = y * width + left, end = y * width + right; i < end; i++) {
      const one = bits[i]!;
      if ((one & exponentBits) === exponentBits) continue;
      const place = ordered(one);
      if (place < low) low = place;
      if (place > high) high = place;
    }
  }
  if (low > high) return [Infinity, -Infinity];
  const [least, greatest] = new Float32Array(Int32Array.of(ordered(low), ordered(high)).buffer);
  return [least!, greatest!];
}

function paint({ values, blank, width }: Field, { left, right, top, bottom }: Region, { map, low, high }: Scale, pixels: Uint32Array): void {
  const table = colourTable(map);
  const count = table.length;
  const last = count - 1;
  // A constant has the colour of the middle, which on a diverging map is zero's.
  const factor = high > low ? last / (high - low) : 0;
  const offset = high > low ? 0.5 - low * factor : last / 2 + 0.5;
  for (let y = top; y < bottom; y++) {
    for (let i = y * width + left, end = y * width + right; i < end; i++) {
      const place = values[i]! * factor + offset;
      const at = place | 0;
      // What is not finite is 0 as an integer; the last comparison is for what is too large for one.
      if (at > 0 && at < count && place < count) pixels[i] = table[at]!;
      else pixels[i] = beyond(values[i]!, place, blank !== null && blank[i] === 1, table);
    }
  }
}

/** The pixel of a value that is not finite, at the low end of the map, or beyond an end of it. */
function beyond(value: number, place: number, isBlank: boolean, table: Uint32Array): number {
  if (Number.isNaN(value)) return isBlank ? 0 : nanPixel;
  if (!Number.isFinite(value)) return infinitePixel;
  return place < 1 ? table[0]! : table.at(-1)!;
}

function divided(field: Field): Divided {
  const { width, height, tiling, scalePerTile } = field;
  if (!tiling || !scalePerTile) return { field, regions: [{ left: 0, right: width, top: 0, bottom: height }] };
  const regions = Array.from({ length: tiling.count }, (_, tile) => {
    const left = (tile % tiling.columns) * (tiling.width + 1);
    const top = Math.floor(tile / tiling.columns) * (tiling.height + 1);
    return { left, right: left + tiling.width, top, bottom: top + tiling.height };
  });
  return { field, regions };
}
