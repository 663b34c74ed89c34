import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inEnglish } from "@/models/said";
import { readingNotice, readPrompt, slips } from "./known-words";

const words = {
  objects: ["cat", "cats", "dog", "bus", "umbrella", "umbrellas", "elephant", "airplane", "wine glass", "wine glasses", "computer mouse", "orange"],
  colors: ["red", "purple", "orange"],
  sizes: ["tiny"],
  counts: ["one", "two"],
  relations: ["left of"],
  backgrounds: ["at night"],
  other: ["a", "an", "and", "of", "photo", "the"],
  synonyms: { kitten: "cat", kittens: "cats", aeroplane: "airplane", mouse: "computer mouse", violet: "purple", "to the left of": "left of", "2": "two", goblet: "wine glass" },
};
const noticeOf = (prompt: string) => {
  const notice = readingNotice(readPrompt(prompt, words), words);
  return notice && inEnglish(notice);
};
const read = (prompt: string) => readPrompt(prompt, words).text;

test.each([
  ["two cats and a red bus at night", "two cats and a red bus at night"],
  ["an elephant to the left of a tiny umbrella", "an elephant left of a tiny umbrella"],
  ["An Elephant, to the LEFT of a dog!", "An Elephant, left of a dog!"],
  ["2 kittens", "two cats"],
  ["an aeroplane and a violet umbrela", "an airplane and a purple umbrella"],
  ["a violet airplane", "a purple airplane"],
  ["a mouse, a computer mouse", "a computer mouse, a computer mouse"],
  ["an elefant and an umbrlela", "an elephant and an umbrella"],
  ["a wine  glass", "a wine  glass"],
  ["a goblet's shadow", "a goblet's shadow"],
  ["a dig", "a dig"],
  ["", ""],
])("“%s” is read as “%s”", (prompt, text) => {
  expect(read(prompt)).toBe(text);
});

describe("words that mean nothing to the checkpoint are left out of a prompt that names an object", () => {
  test.each([
    ["two lovely cats, please", "two cats"],
    ["a cat next to a lamp", "a cat"],
    ["a red unicorn and a dog at night", "a dog at night"],
    ["a cat and a unicorn at night", "a cat at night"],
    ["the dancing cat of Paris!", "the cat"],
    ["a lamp, a cat and an umbrella.", "a cat and an umbrella."],
    ["an orange on a shelf", "an orange"],
    ["An old cat and a lovely umbrella", "A cat and an umbrella"],
    ["to the foggy left of a cat", "a cat"],
  ])("“%s” is read as “%s”", (prompt, text) => {
    expect(read(prompt)).toBe(text);
  });

  test("and are said", () => {
    expect(noticeOf("a lovely kitten, please")).toBe("Read “kitten” as “cat”. Left out “lovely”, “please”: words this checkpoint does not know.");
    expect(noticeOf("a Lovely lovely cat")).toBe("Left out “lovely”: a word this checkpoint does not know.");
  });

  test("but stay where it has no list of objects", () => {
    expect(readPrompt("a lovely cat", { other: ["cat"] }).text).toBe("a lovely cat");
  });

  test("but stay where it names none", () => {
    expect(read("a lovely sunset at night")).toBe("a lovely sunset at night");
  });
});

test.each(["show", "lamp", "moon", "look"])("“%s” is an everyday word, no mistyped one", (word) => {
  const near = { objects: ["snow", "lamb", "moose", "book"] };
  expect(readPrompt(`a ${word}`, near).replaced).toEqual([]);
});

test.each([
  ["cats", "two cats"],
  ["tiny red wine glasses at night", "two tiny red wine glasses at night"],
  ["cats and umbrellas", "two cats and two umbrellas"],
  ["two red cats", "two red cats"],
  ["a red cat", "a red cat"],
  ["lovely red cats", "two red cats"],
])("a plural without a number is two: “%s” is read as “%s”", (prompt, text) => {
  expect(read(prompt)).toBe(text);
});

test("an article follows the word that it now stands before", () => {
  expect(read("an kitten")).toBe("a cat");
  expect(read("a aeroplane")).toBe("an airplane");
});

test("a mistyped word that could be two known ones is left alone", () => {
  const two = { objects: ["boat", "goat"] };
  expect(readPrompt("a xoat", two).text).toBe("a xoat");
});

test("what was replaced is said once; numerals go without saying", () => {
  expect(noticeOf("2 kittens, two kittens")).toBe("Read “kittens” as “cats”.");
  expect(noticeOf("cats")).toBe("Read “cats” as “two cats”.");
  expect(noticeOf("kittens")).toBe("Read “kittens” as “two cats”.");
  expect(noticeOf("2 cats")).toBeNull();
});

describe("objects", () => {
  test.each(["a dog", "A DOG!", "two wine  glasses", "dog", "a kitten"])("“%s” names one", (prompt) => {
    expect(readPrompt(prompt, words).namesObject).toBe(true);
  });
  test.each(["a photo of a red thing", "category", "wine and glass", ""])("“%s” names none, and a few are suggested", (prompt) => {
    expect(noticeOf(prompt)).toMatch(/It knows, for example: cat, dog, umbrella/);
  });
});

test("a checkpoint without word lists reads everything as it stands", () => {
  expect(readPrompt("Quantum 2 kittens", undefined)).toEqual({ text: "Quantum 2 kittens", replaced: [], leftOut: [], namesObject: true });
});

test("slips: one per letter missing, added, changed, or swapped with its neighbour", () => {
  expect([slips("cat", "cat"), slips("ct", "cat"), slips("caat", "cat"), slips("bat", "cat"), slips("act", "cat"), slips("", "cat")]).toEqual([0, 1, 1, 1, 1, 3]);
});

test("reading what was read changes nothing more, whatever was written", () => {
  const piece = fc.oneof(fc.constantFrom(...words.objects, ...Object.keys(words.synonyms), "a", "and", ",", "xyzzy"), fc.string({ maxLength: 12, unit: "grapheme" }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = readPrompt(pieces.join(" "), words);
      expect(readPrompt(once.text, words).text).toBe(once.text);
    }),
  );
});
