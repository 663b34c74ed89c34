import { describe, expect, test } from "vitest";
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

describe("with held-out combinations", () => {
  const heldOut = {
    colors: [["dog", "red"], ["bus", "blue"]] as [string, string][],
    pairs: [["apple", "dog"], ["bus", "person"]] as [string, string][],
    positions: [["knife", "above"]] as [string, string][],
    counts: [["sheep", 3]] as [string, number][],
  };
  const prompts = defaultPrompts({ ...vocabulary, natural: ["person"], heldOut }, 5);
  const texts = (tag: string) => prompts.filter((prompt) => prompt.tag === tag).map(({ prompt }) => prompt);

  test("only they are asked for, each once", () => {
    expect(texts("two_object").sort()).toEqual(["a photo of a bus and a person", "a photo of an apple and a dog"]);
    expect(texts("counting")).toEqual(["a photo of three sheep"]);
    expect(texts("colors").sort()).toEqual(["a photo of a blue bus", "a photo of a red dog"]);
    expect(texts("single_object")).toHaveLength(vocabulary.classes.length);
  });

  test("a held-out place is asked for with one other object after another", () => {
    expect(texts("position")).toHaveLength(5);
    expect(new Set(texts("position")).size).toBe(5);
    for (const text of texts("position")) expect(text).toMatch(/^a photo of a knife above an? (?!knife)/);
  });

  test("what is never recoloured gets no colour", () => {
    expect(texts("color_attr")).toHaveLength(1);
    expect(texts("color_attr")[0]).toMatch(/^a photo of an? (red|orange|blue) apple and an? (red|orange|blue) dog$/);
  });
});
