/** Fields in colour: which numbers the ends of the colour map stand for, and the pixels. */
import { said } from "@/nodes/said";
import { InspectorError } from "../inspector-error";
import type { Raster, Scale } from "../worker/contract";
import { colourTable, givenPixel, infinitePixel, nanPixel } from "./colour-maps";
import type { Field, Projection } from "./field";
import { freshMemory, type PixelMemory } from "./pixel-memory";

/** A part of a field's rows: x from `left` to `right`, y from `top` to `bottom`, both ends excluded. */
interface Region {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How a row is painted: all blank, every value within the ends, or anything. */
type Row = "blank" | "within" | "any";

/** What a region holds: its ends are [∞, −∞] when no value is finite. */
interface Extent {
  readonly low: number;
  readonly high: number;
  readonly rows: readonly Row[];
}

/** A field and the parts of it that have a scale each. */
interface Divided {
  readonly field: Field;
  readonly regions: readonly (Region & Extent)[];
}

/**
 * Rasters in the order of the fields, which are used up: what they took of `memory` is in the rasters or given back. With
 * `shared`, fields of one colour map have one scale, tile by tile where tiles have scales of their own.
 */
export function rastersOf(drawn: readonly (Field | Projection)[], shared: boolean, memory: PixelMemory = freshMemory): Raster[] {
  const all = drawn.map((one) => ("values" in one ? divided(one) : one));
  const fields = all.filter((one) => "field" in one);
  const alike = ({ field }: Divided) => fields.filter((other) => other.field.map === field.map && other.field.scalePerTile === field.scalePerTile);
  return all.map((one) => ("field" in one ? rasterOf(one, shared ? alike(one) : [one], memory) : projected(one)));
}

/** a − b. Throws an Error unless both are pictures of one size that show numbers. */
export function differenceRaster(a: Field | Projection, b: Field | Projection): Raster {
  if (!("values" in a) || !("values" in b)) throw new InspectorError(said("Colours of principal components cannot be subtracted. Compare norms, dimensions or channels instead."));
  if (a.pooled || b.pooled) throw new InspectorError(said("These tensors are too large to be subtracted value by value in a picture. The numbers below hold for all values."));
  if (a.width !== b.width || a.height !== b.height) {
    throw new InspectorError(said("The two pictures have {width} × {height} and {otherWidth} × {otherHeight} pixels. Only pictures of one size can be subtracted.", { width: a.width, height: a.height, otherWidth: b.width, otherHeight: b.height }));
  }
  const values = new Float32Array(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = a.values[i]! - b.values[i]!;
  const blank = a.blank && b.blank ? a.blank.map((one, i) => one | b.blank![i]!) : (a.blank ?? b.blank);
  const difference = divided({ ...a, values, blank, map: "diverging", range: null, scalePerTile: false });
  return rasterOf(difference, [difference], freshMemory);
}

function rasterOf({ field, regions }: Divided, together: readonly Divided[], memory: PixelMemory): Raster {
  const { width, height, tiling, values } = field;
  const pixels = new Uint32Array(memory.take(width * height * Uint32Array.BYTES_PER_ELEMENT));
  // Between tiles nothing is painted.
  if (tiling) pixels.fill(0);
  const scales = regions.map((_, at) => scaleOf(together, field.map, at));
  regions.forEach((region, at) => paint(field, region, scales[at]!, pixels));
  for (const at of field.given ?? []) pixels[at] = givenPixel;
  if (field.blank) memory.give(field.blank.buffer);
  return {
    width,
    height,
    rgba: new Uint8ClampedArray(pixels.buffer),
    // No map has these colours, and a row whose every value is finite has none of them.
    notFinite: regions.some(({ rows }) => rows.includes("any")) ? { nan: pixels.includes(nanPixel), infinite: pixels.includes(infinitePixel) } : { nan: false, infinite: false },
    values,
    scale: scales[0] ?? null,
    tiles: tiling && { rows: tiling.rows, columns: tiling.columns, width: tiling.width, height: tiling.height, scales: field.scalePerTile ? scales : null },
    basis: null,
    pooled: field.pooled,
  };
}

function projected({ width, height, pixels, nan, basis }: Projection): Raster {
  return { width, height, rgba: new Uint8ClampedArray(pixels.buffer), notFinite: { nan, infinite: false }, values: null, scale: null, tiles: null, basis, pooled: null };
}

/** The scale of the regions at one place over all of `fields`. Its ends are NaN when no value is finite. */
function scaleOf(fields: readonly Divided[], map: Scale["map"], at: number): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const { regions } of fields) {
    low = Math.min(low, regions[at]?.low ?? Infinity);
    high = Math.max(high, regions[at]?.high ?? -Infinity);
  }
  if (low > high) return { map, low: NaN, high: NaN };
  if (map === "sequential") return { map, low, high };
  const farthest = Math.max(Math.abs(low), Math.abs(high));
  // Zero less it, so that nothing but zeros has no −0.
  return { map, low: 0 - farthest, high: farthest };
}

/** One scale that holds all of them, which are of one map; null of none that has ends. */
export function joinedScale(scales: readonly Scale[]): Scale | null {
  const [first, ...rest] = scales.filter(({ low }) => !Number.isNaN(low));
  return first === undefined ? null : rest.reduce(({ map, low, high }, next) => ({ map: next.map === "diverging" ? next.map : map, low: Math.min(low, next.low), high: Math.max(high, next.high) }), first);
}

/** A float32's bits as an integer that is ordered as the numbers are, and back: twice is the same as not at all. */
const ordered = (bits: number) => bits ^ ((bits >> 31) & 0x7fffffff);

/** Beyond all finite numbers; NaN lies beyond it on either side. */
const infinityBits = 0x7f800000;
const [aboveAll, belowAll] = [infinityBits, ordered(infinityBits | 0x80000000)];

/** Integers compare in half the time of floats that may be NaN or infinite. */
function extentOf({ values, blank, width }: Field, { left, right, top, bottom }: Region): Extent {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const rows: Row[] = [];
  let [low, high] = [aboveAll, belowAll];
  for (let y = top; y < bottom; y++) {
    const [from, end] = [y * width + left, y * width + right];
    if (blank !== null && !blank.subarray(from, end).includes(0)) {
      rows.push("blank");
      continue;
    }
    let [least, most] = extentOfAll(bits, from, end);
    const within = least > belowAll && most < aboveAll;
    rows.push(within ? "within" : "any");
    if (!within) [least, most] = extentOfFinite(bits, from, end);
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  if (low > high) return { low: Infinity, high: -Infinity, rows };
  const [least, greatest] = new Float32Array(Int32Array.of(ordered(low), ordered(high)).buffer);
  return { low: least!, high: greatest!, rows };
}

/** Of a row, in the order of integers. */
function extentOfAll(bits: Int32Array, from: number, end: number): [least: number, most: number] {
  let [least, most] = [aboveAll, belowAll];
  for (let i = from; i < end; i++) {
    const place = ordered(bits[i]!);
    least = Math.min(least, place);
    most = Math.max(most, place);
  }
  return [least, most];
}

/** The same of a row in which some are not finite, without those. */
function extentOfFinite(bits: Int32Array, from: number, end: number): [least: number, most: number] {
  let [least, most] = [aboveAll, belowAll];
  for (let i = from; i < end; i++) {
    const one = bits[i]!;
    if ((one & infinityBits) === infinityBits) continue;
    const place = ordered(one);
    if (place < least) least = place;
    if (place > most) most = place;
  }
  return [least, most];
}

function paint({ values, blank, width }: Field, { left, right, top, bottom, rows }: Region & Extent, { map, low, high }: Scale, pixels: Uint32Array): void {
  const table = colourTable(map);
  const last = table.length - 1;
  // A constant has the colour of the middle, which on a diverging map is zero's.
  const factor = high > low ? last / (high - low) : 0;
  const offset = high > low ? 0.5 - low * factor : last / 2 + 0.5;
  for (let y = top; y < bottom; y++) {
    const [from, end] = [y * width + left, y * width + right];
    const row = rows[y - top];
    if (row === "blank") pixels.fill(0, from, end);
    else if (row === "within") paintWithin(values, from, end, table, factor, offset, pixels);
    else paintAny(values, blank, from, end, table, factor, offset, pixels);
  }
}

/** A row whose every value lies on the scale. */
function paintWithin(values: Float32Array, from: number, end: number, table: Uint32Array, factor: number, offset: number, pixels: Uint32Array): void {
  for (let i = from; i < end; i++) pixels[i] = table[(values[i]! * factor + offset) | 0]!;
}

function paintAny(values: Float32Array, blank: Uint8Array | null, from: number, end: number, table: Uint32Array, factor: number, offset: number, pixels: Uint32Array): void {
  const count = table.length;
  for (let i = from; i < end; i++) {
    const value = values[i]!;
    if (value !== value) {
      pixels[i] = blank !== null && blank[i] === 1 ? 0 : nanPixel;
      continue;
    }
    const place = value * factor + offset;
    const at = place | 0;
    // What is infinite is 0 as an integer; the last comparison is for what is too large for one.
    if (at > 0 && at < count && place < count) pixels[i] = table[at]!;
    else pixels[i] = beyond(value, place, table);
  }
}

/** The pixel of an infinite value, of one at the low end of the map, or beyond an end of it. */
function beyond(value: number, place: number, table: Uint32Array): number {
  if (!Number.isFinite(value)) return infinitePixel;
  return place < 1 ? table[0]! : table.at(-1)!;
}

/** Every value is painted as one beyond the ends might be, where the ends come from elsewhere. */
function measured(field: Field, region: Region): Region & Extent {
  if (!field.range) return { ...region, ...extentOf(field, region) };
  const [low, high] = field.range;
  return { ...region, low, high, rows: Array.from({ length: region.bottom - region.top }, () => "any" as const) };
}

function divided(field: Field): Divided {
  const { width, height, tiling, scalePerTile } = field;
  if (!tiling || !scalePerTile) return { field, regions: [measured(field, { left: 0, right: width, top: 0, bottom: height })] };
  const regions = Array.from({ length: tiling.count }, (_, tile) => {
    const left = (tile % tiling.columns) * (tiling.width + 1);
    const top = Math.floor(tile / tiling.columns) * (tiling.height + 1);
    return measured(field, { left, right: left + tiling.width, top, bottom: top + tiling.height });
  });
  return { field, regions };
}
