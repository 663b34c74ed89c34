import { expect, test } from "vitest";
import { completions } from "./word-completion";

const phrases = ["dog", "donut", "donuts", "wine glass", "wine glasses", "in the snow", "red", "teddy bear", "bear"];
/** The caret is at the bar. */
const offered = (marked: string) => completions(marked.replace("|", ""), marked.indexOf("|"), phrases).map(({ phrase }) => phrase);

test.each([
  ["a photo of a do|", ["dog", "donut", "donuts"]],
  ["A Do|", ["dog", "donut", "donuts"]],
  ["a d|", []],
  ["a donut|", ["donuts"]],
  ["a dog|", []],
  ["two wine  gl|, red", ["wine glass", "wine glasses"]],
  ["in the s|", ["in the snow"]],
  ["a do|g", []],
  ["a teddy b|", ["teddy bear"]],
  ["a teddy be|", ["teddy bear", "bear"]],
  ["|", []],
])("“%s” offers %j", (marked, expected) => {
  expect(offered(marked)).toEqual(expected);
});

test("what is replaced begins where the phrase was begun", () => {
  expect(completions("a wine gl", 9, phrases)[0]).toEqual({ phrase: "wine glass", from: 2 });
});

test("no more than six are offered", () => {
  expect(completions("wo", 2, Array.from({ length: 30 }, (_, i) => `word ${i}`))).toHaveLength(6);
});
