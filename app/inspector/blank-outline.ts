import type { Raster } from "./worker/contract";

/**
 * The transparent pixels of a raster as a CSS clip-path over the whole of it; null when there are none. One polygon: from the
 * corner to each run of pixels of a row, around it, and back. The ways there and back enclose nothing.
 */
export function blankOutline({ width, height, rgba }: Pick<Raster, "width" | "height" | "rgba">): string | null {
  const isBlank = (x: number, y: number) => x < width && rgba[(y * width + x) * 4 + 3] === 0;
  const across = (x: number) => `${(x / width) * 100}%`;
  const down = (y: number) => `${(y / height) * 100}%`;
  const points: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isBlank(x, y)) continue;
      const start = x;
      while (isBlank(x + 1, y)) x++;
      const [left, right, top, bottom] = [across(start), across(x + 1), down(y), down(y + 1)];
      points.push("0% 0%", `${left} ${top}`, `${right} ${top}`, `${right} ${bottom}`, `${left} ${bottom}`, `${left} ${top}`, "0% 0%");
    }
  }
  return points.length === 0 ? null : `polygon(${points.join(", ")})`;
}
