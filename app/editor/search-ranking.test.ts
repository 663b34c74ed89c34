import { describe, expect, test } from "vitest";
import { matchPoints, ranked } from "./search-ranking";

const titles = ["Run", "Run the selected nodes", "Run everything anew", "Undo", "Redo", "Duplicate", "Zoom in", "FLUX Sampler", "Visual-Branch Unmasker", "VAE Decode"];
const find = (query: string) => ranked(titles, (title) => matchPoints(query, title));

describe("what fits", () => {
  test.each([
    ["the whole title comes before others that begin so", "run", "Run"],
    ["the beginning of a later word", "dec", "VAE Decode"],
    ["words in any order", "nodes run", "Run the selected nodes"],
    ["first letters", "rsn", "Run the selected nodes"],
    ["first letters across a hyphen", "vbu", "Visual-Branch Unmasker"],
    ["letters left out", "dupicate", "Duplicate"],
    ["capitals and spaces around do not count", "  SAMPLER ", "FLUX Sampler"],
  ])("%s: %s", (_, query, expected) => {
    expect(find(query)[0]).toBe(expected);
  });

  test("a word that is nowhere keeps the entry out, however well the others fit", () => {
    expect(find("run backwards")).toEqual([]);
    expect(matchPoints("zoomed", "Zoom in")).toBeNull();
  });

  test("other words count least", () => {
    expect(matchPoints("copy", "Duplicate", "copy again")).toBeLessThan(matchPoints("dup", "Duplicate")!);
    expect(matchPoints("copy", "Duplicate")).toBeNull();
  });
});

test("an empty query keeps everything in its order", () => {
  expect(find("   ")).toEqual(titles);
});

test("letters in another order, or short words with gaps, are no match", () => {
  expect(matchPoints("plicadu", "Duplicate")).toBeNull();
  expect(matchPoints("zin", "Undo")).toBeNull();
  expect(matchPoints("dpl", "Duplicate")).toBeNull();
});
