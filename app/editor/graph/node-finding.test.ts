import { describe, expect, test } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { findNodes } from "./node-finding";

const node = (id: string, type: string, x: number, params: WorkflowNode["params"] = {}, title?: string): WorkflowNode => ({ id, type, version: 1, position: { x, y: 0 }, params, ...(title && { title }) });

const graph: Workflow = {
  ...emptyWorkflow,
  nodes: [
    node("vae-decode", "vae-decode", 900),
    node("flux-sampler", "flux-sampler", 600, { steps: 28, seed: 42, guidance: 3.5 }),
    node("prompt", "prompt", 0, { text: "two red cats on a blue sofa" }),
    node("prompt-2", "prompt", 10, { text: "a photo of a dog" }, "Negative"),
    node("mask", "patch-mask", 300, { patches: [28, 29], painted: "kept" }),
    node("old", "upscaler", 1200, { factor: "twice" }),
  ],
};
const ids = (query: string) => findNodes(graph, query, english).map(({ nodeId }) => nodeId);

describe("finds by", () => {
  test.each([
    ["title", "negative", ["prompt-2"]],
    ["the type's title, also where the node has its own", "Prompt", ["prompt", "prompt-2"]],
    ["type", "patch-mask", ["mask"]],
    ["words of a prompt, in any order", "sofa cats", ["prompt"]],
    ["a param and its value", "steps 28", ["flux-sampler"]],
    ["a choice", "kept", ["mask"]],
    ["id", "prompt-2", ["prompt-2"]],
    ["what an unknown type holds", "twice", ["old"]],
  ])("%s", (_, query, expected) => {
    expect(ids(query)).toEqual(expected);
  });
});

test("hits come from left to right", () => {
  expect(ids("e")).toEqual(["prompt", "prompt-2", "mask", "flux-sampler", "vae-decode", "old"]);
});

test("nothing typed finds nothing, nor does a word that is nowhere", () => {
  expect(ids("  ")).toEqual([]);
  expect(ids("prompt elephant")).toEqual([]);
});

test("says where it was found, when not in the title", () => {
  expect(findNodes(graph, "sampler", english)[0]).toMatchObject({ title: "FLUX Sampler", place: null });
  expect(findNodes(graph, "cats", english)[0]).toMatchObject({ title: "Prompt", place: "Prompt: two red cats on a blue sofa" });
  expect(findNodes(graph, "42", english)[0]).toMatchObject({ place: "Seed: 42" });
});

test("a long text is cut round the word", () => {
  const long = { ...emptyWorkflow, nodes: [node("p", "prompt", 0, { text: `${"a very long way ".repeat(12)}to the lighthouse ${"and back ".repeat(12)}` })] };
  const { place } = findNodes(long, "lighthouse", english)[0]!;
  expect(place).toMatch(/^Prompt: ….*lighthouse.*…$/);
  expect(place!.length).toBeLessThan(80);
});

test("in Chinese, types and params are found by their Chinese and their English names", () => {
  const chinese = (query: string) => findNodes(graph, query, translatorOf("zh"));
  expect(chinese("采样器").map(({ nodeId }) => nodeId)).toEqual(["flux-sampler"]);
  expect(chinese("sampler").map(({ nodeId }) => nodeId)).toEqual(["flux-sampler"]);
  expect(chinese("种子 42")[0]).toMatchObject({ nodeId: "flux-sampler", place: "种子：42" });
  expect(chinese("steps 28")[0]).toMatchObject({ nodeId: "flux-sampler" });
});
