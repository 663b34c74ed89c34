import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Judged } from "./contact-sheet";
import { JudgedPictures } from "./judged-pictures";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "judged-"));
});
afterEach(() => rm(folder, { recursive: true }));

const judged = (index: number, correct: boolean): Judged => ({
  prompt: { tag: "colors", include: [{ class: "dog", count: 1, color: "red" }], exclude: [], prompt: "a <red> dog & more" },
  index,
  seed: 3,
  picture: { dtype: "uint8", data: new Uint8Array(16 * 16 * 3).fill(40), dims: [16, 16, 3] },
  detections: [{ class: "dog", color: "red", confidence: 0.9, x: 1, y: 1 }],
  correct,
});

test("every picture is kept under its verdict, and twenty-five fill a sheet", async () => {
  const kept = new JudgedPictures(folder);
  for (let index = 0; index < 27; index++) await kept.add(judged(index, index !== 0));
  await kept.end();
  const names = (await readdir(folder)).sort();
  expect(names).toHaveLength(29);
  expect(names[0]).toBe("colors-right-001-3-a-red-dog-more.png");
  expect(names[26]).toBe("colors-wrong-000-3-a-red-dog-more.png");
  expect(names.slice(27)).toEqual(["sheet-01.png", "sheet-02.png"]);
  const [full, rest] = await Promise.all(names.slice(27).map((name) => sharp(join(folder, name)).raw().toBuffer({ resolveWithObject: true })));
  // Two pictures take one of the five rows.
  expect(full!.info.height).toBe(5 * rest!.info.height);
  const { data, info } = rest!;
  const centre = (54 * 2 + Math.floor(info.height / 2) * info.width) * info.channels;
  expect([...data.subarray(centre, centre + 3)]).toEqual([40, 40, 40]);
});
