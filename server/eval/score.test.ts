import { describe, expect, test } from "vitest";
import { float32 } from "@/models/tensor";
import { readDetections, type Detection } from "./detection";
import type { EvalPrompt } from "./prompt";
import { isCorrect, relationsOf, Scoreboard } from "./score";

const at = (name: string, x: number, y: number, color = "red", confidence = 0.9): Detection => ({ class: name, color, confidence, x, y });
const prompt = (change: Partial<EvalPrompt>): EvalPrompt => ({ tag: "counting", include: [], exclude: [], prompt: "x", ...change });

describe("GenEval's rules", () => {
  const three = prompt({ include: [{ class: "apple", count: 3 }], exclude: [{ class: "apple", count: 4 }] });
  test.each([[2, false], [3, true], [4, false]])("three apples, %d found: %s", (count, expected) => {
    expect(isCorrect(three, Array.from({ length: count }, (_, i) => at("apple", i * 3, 0)))).toBe(expected);
  });

  test("more of a class than asked is right when nothing excludes it", () => {
    expect(isCorrect(prompt({ include: [{ class: "dog", count: 1 }] }), [at("dog", 0, 0), at("dog", 5, 5)])).toBe(true);
  });

  test("the colour of the most confident one counts", () => {
    const red = prompt({ include: [{ class: "bus", count: 1, color: "red" }] });
    expect(isCorrect(red, [at("bus", 0, 0, "red", 0.9), at("bus", 9, 9, "blue", 0.5)])).toBe(true);
    expect(isCorrect(red, [at("bus", 9, 9, "blue", 0.95), at("bus", 0, 0, "red", 0.9)])).toBe(false);
  });

  const right = prompt({ include: [{ class: "cat", count: 1 }, { class: "dog", count: 1, position: ["right of", 0] }] });
  test.each([[12, 4, true], [4, 4, false], [8, 4, false], [9, 12, false]])("a dog at %d, %d right of a cat at 8, 4: %s", (x, y, expected) => {
    expect(isCorrect(right, [at("cat", 8, 4), at("dog", x, y)])).toBe(expected);
  });

  test("a position without its anchor is wrong", () => {
    expect(isCorrect(right, [at("dog", 12, 4)])).toBe(false);
  });
});

test("directions: more than half of the distance, both on a diagonal, none when close", () => {
  expect(relationsOf(at("a", 0, 0), at("b", 5, 0))).toEqual(["left of"]);
  expect(relationsOf(at("a", 5, 5), at("b", 0, 0))).toEqual(["right of", "below"]);
  expect(relationsOf(at("a", 0, 0), at("b", 1, 9))).toEqual(["above"]);
  expect(relationsOf(at("a", 3, 3), at("b", 3, 4))).toEqual([]);
});

test("the overall score is the mean of the categories, not of the pictures", () => {
  const board = new Scoreboard();
  board.add("counting", false);
  for (let i = 0; i < 9; i++) board.add("colors", true);
  expect(board.rows()).toEqual([["counting", { correct: 0, pictures: 1 }], ["colors", { correct: 9, pictures: 9 }]]);
  expect(board.overall()).toBe(0.5);
});

describe("peaks", () => {
  const labels = { classes: ["dog", "cat"], colors: ["red", "blue"] };
  const heat = (cells: Record<number, number>) => {
    const map = new Float32Array(2 * 16);
    for (const [cell, value] of Object.entries(cells)) map[Number(cell)] = value;
    const colors = new Float32Array(2 * 16);
    colors[16 + 5] = 1;
    return { class_heatmap: float32(map, [1, 2, 4, 4]), color_logits: float32(colors, [1, 2, 4, 4]) };
  };

  test("a peak is one object with class, centre and colour", () => {
    expect(readDetections(heat({ 5: 0.75, 6: 0.5, 9: 0.625 }), labels, 0.3)).toEqual([{ class: "dog", color: "blue", confidence: 0.75, x: 1, y: 1 }]);
  });
  test("below the threshold there is nothing", () => {
    expect(readDetections(heat({ 5: 0.25 }), labels, 0.3)).toEqual([]);
  });
  test("a plateau is one object, corners count, classes do not suppress each other", () => {
    const found = readDetections(heat({ 0: 0.5, 1: 0.5, 15: 0.75, 16: 0.5 }), labels, 0.3);
    expect(found.map(({ class: name, x, y }) => [name, x, y])).toEqual([["dog", 3, 3], ["dog", 0, 0], ["cat", 0, 0]]);
  });
});
