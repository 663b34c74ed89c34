import { describe, expect, it } from "vitest";
import { colourStops, colourTable } from "./colour-maps";

const rgb = (pixel: number) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255] as const;

/** CIE L*, 0…100, of an sRGB colour. IEC 61966-2-1 and CIE 15. */
function lightness(pixel: number): number {
  const [r, g, b] = rgb(pixel).map((level) => (level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > (6 / 29) ** 3 ? 116 * Math.cbrt(y) - 16 : (29 / 3) ** 3 * y;
}

/** Levels have 8 bits, so a step of the map may be off by half a level: 0.4 in L* at the most. */
const rounding = 0.4;

describe("colour maps", () => {
  it("are opaque", () => {
    for (const map of ["sequential", "diverging"] as const) expect(colourTable(map).every((pixel) => pixel >>> 24 === 255)).toBe(true);
  });

  it("run from dark to light when sequential, evenly, so that they can be read without colour", () => {
    const steps = [...colourTable("sequential")].map(lightness);
    expect(steps).toHaveLength(256);
    const [first, last] = [steps[0]!, steps.at(-1)!];
    expect(last - first).toBeGreaterThan(70);
    // Viridis is even in CAM02-UCS; in L* it bends by a few units.
    steps.forEach((step, i) => {
      if (i > 0) expect(step).toBeGreaterThan(steps[i - 1]! - rounding);
      expect(Math.abs(step - (first + ((last - first) * i) / 255))).toBeLessThan(4);
    });
  });

  it("have a light, neutral middle when diverging, and darken alike to blue and to red", () => {
    const table = [...colourTable("diverging")];
    expect(table).toHaveLength(255);
    const [red, green, blue] = rgb(table[127]!);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(6);
    const steps = table.map(lightness);
    for (let i = 1; i <= 127; i++) {
      expect(steps[127 - i]).toBeLessThan(steps[128 - i]! + rounding);
      expect(steps[127 + i]).toBeLessThan(steps[126 + i]! + rounding);
      // ColorBrewer's red and blue are up to 4.1 apart, where they are middling.
      expect(Math.abs(steps[127 - i]! - steps[127 + i]!)).toBeLessThan(5);
    }
    const [low, high] = [rgb(table[0]!), rgb(table[254]!)];
    expect(low[2]).toBeGreaterThan(low[0]);
    expect(high[0]).toBeGreaterThan(high[2]);
  });

  it("are written for legends", () => {
    const stops = colourStops("sequential", 5);
    expect(stops).toHaveLength(5);
    expect(stops[0]).toBe("rgb(68 1 84)");
    expect(stops[4]).toBe("rgb(253 231 37)");
  });
});
