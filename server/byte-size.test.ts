import { expect, test } from "vitest";
import { parseBytes, sayBytes } from "./byte-size";

test.each([
  ["10 GB", 10e9],
  ["500MB", 500e6],
  ["1.5 GiB", 1.5 * 1024 ** 3],
  ["64k", 64_000],
  ["2 TiB", 2 * 1024 ** 4],
  [" 12 b ", 12],
  ["4096", 4096],
  ["0", 0],
])("%s", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(["", "GB", "-1 GB", "10 gigs", "1e9", "5 ib", "1,5 GB", "9999999999 TB", "half"])("“%s” is no size", (text) => {
  expect(parseBytes(text)).toBeNull();
});

test("sizes are said with the digits that matter", () => {
  expect([12e6, 850e6, 999.9e6, 1.52e9, 23.8e9, 3.4e6].map(sayBytes)).toEqual(["12 MB", "850 MB", "1 GB", "1.5 GB", "24 GB", "3.4 MB"]);
});
