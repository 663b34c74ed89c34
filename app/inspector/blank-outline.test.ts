import { expect, test } from "vitest";
import { blankOutline } from "./blank-outline";

/** Pixels that are blank where the rows have a dot. */
function raster(...rows: readonly string[]) {
  const alphas = [...rows.join("")].map((pixel) => (pixel === "." ? 0 : 255));
  return { width: rows[0]!.length, height: rows.length, rgba: Uint8ClampedArray.from(alphas.flatMap((alpha) => [1, 2, 3, alpha])) };
}

test("each run of blank pixels of a row is gone around, from the corner and back", () => {
  expect(blankOutline(raster("..##", "###."))).toBe(
    `polygon(${["0% 0%", "0% 0%", "50% 0%", "50% 50%", "0% 50%", "0% 0%", "0% 0%", "0% 0%", "75% 50%", "100% 50%", "100% 100%", "75% 100%", "75% 50%", "0% 0%"].join(", ")})`,
  );
});

test("a picture without blank pixels has no outline, nor has one without pixels", () => {
  expect(blankOutline(raster("##"))).toBeNull();
  expect(blankOutline({ width: 0, height: 0, rgba: new Uint8ClampedArray() })).toBeNull();
});
