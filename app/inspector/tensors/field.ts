/** A picture before it has colours: one number per pixel, or one colour where they are given. */
import type { Raster, Scale } from "../worker/contract";

/** Where a picture is a grid of equal tiles, one pixel apart. The last row need not be full. */
export interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** Numbers on a grid of pixels, row by row. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array<ArrayBuffer>;
  /** 1 where there is nothing to show; null where everything is shown. The values there are NaN. */
  readonly blank: Uint8Array<ArrayBuffer> | null;
  /** Pixels that have no place on the colour map: what was there before anything was computed. */
  readonly given?: readonly number[];
  readonly map: Scale["map"];
  /** The ends of the colour map, where what the numbers mean fixes them. */
  readonly range: readonly [low: number, high: number] | null;
  readonly tiling: Tiling | null;
  /** Whether each tile has a scale of its own. */
  readonly scalePerTile: boolean;
  readonly pooled: Raster["pooled"];
}

/** Colours on a grid of pixels: a projection, or a picture as it is. */
export interface Projection {
  readonly width: number;
  readonly height: number;
  /** Packed as in colour-maps.ts; 0 is blank. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Some have the colour of NaN. */
  readonly nan: boolean;
  /** Null for a picture. */
  readonly basis: Raster["basis"];
}

/** A field of one picture with the usual settings. */
export function plainField(width: number, height: number, values: Float32Array<ArrayBuffer>, settings: Pick<Field, "map"> & Partial<Field>): Field {
  return { width, height, values, blank: null, range: null, tiling: null, scalePerTile: false, pooled: null, ...settings };
}
