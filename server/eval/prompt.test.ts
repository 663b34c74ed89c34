import { expect, test } from "vitest";
import { categories, defaultPrompts, evalPromptSchema, parsePrompts } from "./prompt";

const vocabulary = {
  classes: ["apple", "bus", "knife", "person", "scissors", "sheep", "dog", "umbrella"],
  colors: ["red", "orange", "blue"],
  objectWords: ["apple", "apples", "bus", "buses", "knife", "knives", "person", "people", "scissors", "pairs of scissors", "sheep", "dog", "dogs", "umbrella", "umbrellas"],
};

test("GenEval's own lines are read", () => {
  const lines = [
    '{"tag": "counting", "include": [{"class": "apple", "count": 3}], "exclude": [{"class": "apple", "count": 4}], "prompt": "a photo of three apples"}',
    '{"tag": "position", "include": [{"class": "cat", "count": 1}, {"class": "dog", "count": 1, "position": ["right of", 0]}], "prompt": "a photo of a dog right of a cat"}',
    "",
  ];
  const prompts = parsePrompts(lines.join("\n"));
  expect(prompts).toHaveLength(2);
  expect(prompts[1]!.include[1]!.position).toEqual(["right of", 0]);
  expect(prompts[1]!.exclude).toEqual([]);
});

test.each([
  ["not json", "Line 2 is not JSON"],
  ['{"tag": "juggling", "include": [{"class": "a", "count": 1}], "prompt": "x"}', "Line 2 is not GenEval metadata: tag"],
  ['{"tag": "colors", "include": [], "prompt": "x"}', "include"],
])("a line like %s is refused with its number", (line, words) => {
  const good = '{"tag":"colors","include":[{"class":"a","count":1}],"prompt":"x"}';
  expect(() => parsePrompts(`${good}\n${line}`)).toThrow(words);
});

test("the default prompts are always the same, valid, and cover every category", () => {
  const prompts = defaultPrompts(vocabulary, 9);
  expect(prompts).toEqual(defaultPrompts(vocabulary, 9));
  for (const prompt of prompts) expect(evalPromptSchema.parse(JSON.parse(JSON.stringify(prompt)))).toEqual(prompt);
  const counts = categories.map((tag) => prompts.filter((prompt) => prompt.tag === tag).length);
  expect(counts).toEqual(categories.map((tag) => (tag === "single_object" ? vocabulary.classes.length : 9)));
});

test("they read like captions", () => {
  const texts = defaultPrompts(vocabulary, 24).map(({ prompt }) => prompt);
  expect(texts).toContain("a photo of an apple");
  expect(texts.some((text) => /of (two|three|four) (knives|people|buses|sheep|pairs of scissors)$/.test(text))).toBe(true);
  expect(texts.some((text) => /^a photo of an? (red|orange|blue) \w+$/.test(text))).toBe(true);
  for (const text of texts) expect(text).not.toMatch(/ a [aeiou]|undefined/);
});

test("two objects are never the same, nor two colours", () => {
  for (const { include } of defaultPrompts(vocabulary, 40)) {
    expect(new Set(include.map(({ class: name }) => name)).size).toBe(include.length);
    const colors = include.flatMap(({ color }) => color ?? []);
    expect(new Set(colors).size).toBe(colors.length);
  }
});

test("a position names the thing that moves first and the anchor second, as GenEval's index says", () => {
  const positioned = defaultPrompts(vocabulary, 8).filter(({ tag }) => tag === "position");
  for (const { include, prompt } of positioned) {
    const [anchor, moved] = include;
    expect(moved!.position![1]).toBe(0);
    expect(prompt.indexOf(moved!.class)).toBeLessThan(prompt.lastIndexOf(anchor!.class));
  }
});
