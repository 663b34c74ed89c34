import { expect, test } from "vitest";
import type { Output } from "@/nodes/run-events";
import { blocksByKind, chosenBlocks, chosenTokens, patchAttention, toggledBlock, wordAttention } from "./attention";

const output = (facts: Output["facts"]): Output => ({ type: "attention", tensors: { hash: "a".repeat(64), kind: "safetensors", bytes: 8 }, shapes: {}, facts, picture: null });
const blocks = ["double 1", "double 2", "single 1", "single 2"];
const step = output({ tokens: ["a", " car", "</s>"], blocks, rows: 2, columns: 3 });

test("any set of blocks is chosen: one more, one less, never none, and all of them as all", () => {
  expect(toggledBlock([0, 1, 2, 3], 2, 4)).toEqual([0, 1, 3]);
  expect(toggledBlock([3], 1, 4)).toEqual([1, 3]);
  expect(toggledBlock([3], 3, 4)).toEqual([3]);
  expect(toggledBlock([0, 1, 3], 2, 4)).toBeNull();
  expect(blocksByKind(blocks)).toEqual([{ kind: "double", indices: [0, 1] }, { kind: "single", indices: [2, 3] }]);
  expect(blocksByKind(["layer 1", "layer 2"])).toEqual([]);
});

test("blocks and tokens that this model and prompt do not have are passed over", () => {
  expect(chosenBlocks([1, 9], 4)).toEqual([1]);
  expect(chosenBlocks([9], 4)).toEqual([0, 1, 2, 3]);
  expect(chosenBlocks(null, 2)).toEqual([0, 1]);
  expect(chosenTokens([0, 7], ["a", "car"])).toEqual([0]);
  // The end of the text is no word.
  expect(chosenTokens(null, ["a", " car", "</s>"])).toEqual([1]);
});

test("views of what is chosen", () => {
  const of = { hash: "a".repeat(64), name: "attention" };
  expect(wordAttention(step, { blocks: [0, 3], tokens: [0, 1], patch: 0 })).toEqual({ kind: "slice", of, at: [[0, 3], [0, 1]], grid: { rows: 2, columns: 3 } });
  // Chosen on a larger grid.
  expect(patchAttention(step, { blocks: [2], tokens: null, patch: 60 }, "patches")).toEqual({ kind: "slice", of, at: [[2], 5], grid: { rows: 2, columns: 3 }, from: 3 });
  expect(patchAttention(step, { blocks: [2], tokens: null, patch: 1 }, "tokens")).toEqual({ kind: "slice", of, at: [[2], 1], grid: { rows: 1, columns: 3 } });
});
