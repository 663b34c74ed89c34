import { expect, test } from "vitest";
import { presets } from "./presets";
import { edgeInto, emptyWorkflow, workflowSchema } from "./workflow";

const parse = (change: object) => workflowSchema.safeParse({ ...emptyWorkflow, ...change });
const node = { id: "a", type: "prompt", version: 1, position: { x: 0, y: 0 }, params: {} };

test("a saved workflow reads back as it was", () => {
  for (const { graph } of presets) expect(workflowSchema.parse(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
});

test("nodes of unknown types are kept: problems.ts says what is wrong with them", () => {
  expect(parse({ nodes: [{ ...node, type: "from-the-future", params: { anything: [1, { deep: null }] } }] }).success).toBe(true);
});

test.each([
  ["another format", { format: "comfy" }],
  ["a newer format version", { formatVersion: 2 }],
  ["an id with a slash", { nodes: [{ ...node, id: "a/b" }] }],
  ["an id every object has", { nodes: [{ ...node, id: "constructor" }] }],
  ["a position off the canvas", { nodes: [{ ...node, position: { x: 1e9, y: 0 } }] }],
  ["a position that is no number", { nodes: [{ ...node, position: { x: Number.NaN, y: 0 } }] }],
  ["fields nobody knows", { nodes: [{ ...node, script: "rm" }] }],
  ["too many nodes", { nodes: Array.from({ length: 5001 }, () => node) }],
])("%s is refused", (_, change) => {
  expect(parse(change).success).toBe(false);
});

test.each([
  ["NUL in a text", { params: { text: "a\0b" } }],
  ["half a pair deep inside", { params: { list: [{ text: "\ud83d" }] } }],
  ["NUL in a name", { params: { "a\0": 1 } }],
  ["half a pair in a title", { title: "\ude00" }],
])("%s cannot be stored and is refused in words", (_, change) => {
  expect(parse({ nodes: [{ ...node, ...change }] }).error?.issues[0]?.message).toContain("cannot be stored");
});

test("whole pairs are kept", () => {
  expect(parse({ nodes: [{ ...node, title: "😀", params: { text: "😀" } }] }).success).toBe(true);
});

test("an input's edge is found by both its ends", () => {
  const { graph } = presets[0]!;
  expect(edgeInto(graph, "sampler", "control")?.source).toBe("controlnet");
  expect(edgeInto(graph, "sampler", "nothing")).toBeUndefined();
});
