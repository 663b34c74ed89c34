/** Colour maps as tables of packed pixels. Why these: docs/decisions/0014-colour-maps.md */
import { interpolateRdBu, interpolateViridis } from "d3-scale-chromatic";
import type { Scale } from "../worker/contract";

/** 0xAABBGGRR, which little-endian machines lay out as the bytes red, green, blue, alpha. */
export function packed(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Colours that no map has. */
export const nanPixel = packed(255, 0, 255);
export const infinitePixel = packed(255, 140, 0);
/** Of what was there before anything was computed. */
export const givenPixel = packed(150, 150, 150);

/** The diverging map has an odd number of colours: the one in the middle is that of zero alone. */
const sizes = { sequential: 256, diverging: 255 } as const;

const tables: Partial<Record<Scale["map"], Uint32Array>> = {};

/** The colours of a map from its low end to its high end. */
export function colourTable(map: Scale["map"]): Uint32Array {
  return (tables[map] ??= Uint32Array.from({ length: sizes[map] }, (_, i) => {
    const share = i / (sizes[map] - 1);
    // ColorBrewer's map goes from red to blue; positive is red here.
    return pixelOf(map === "sequential" ? interpolateViridis(share) : interpolateRdBu(1 - share));
  }));
}

export function cssColour(pixel: number): string {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}

/** A map as CSS colours, for legends. `count` from 2 up, evenly spaced over the map. */
export function colourStops(map: Scale["map"], count: number): string[] {
  const table = colourTable(map);
  return Array.from({ length: count }, (_, i) => {
    return cssColour(table[Math.round((i / (count - 1)) * (table.length - 1))]!);
  });
}

/** `#rrggbb` or `rgb(r, g, b)`, the two ways in which d3 writes a colour. */
function pixelOf(colour: string): number {
  const [red, green, blue] = colour.startsWith("#") ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) : colour.match(/\d+/g)!.map(Number);
  return packed(red!, green!, blue!);
}
