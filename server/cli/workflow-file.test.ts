import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPreset, presets } from "@/nodes/presets";
import { CommandError } from "./command-error";
import { loadWorkflow, readChange, readSweep, withSeed } from "./workflow-file";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bifrost-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

const graph = findPreset("text-to-image")!.graph;
const file = async (content: string) => {
  const path = join(folder, "workflow.json");
  await writeFile(path, content);
  return path;
};

test("a preset by its id, a file by its path", async () => {
  expect(await loadWorkflow("text-to-image")).toEqual(graph);
  expect(await loadWorkflow(await file(JSON.stringify(presets[1]!.graph)))).toEqual(presets[1]!.graph);
});

test.each([
  ["{", "is not JSON"],
  ["[]", "is not a Bifrost workflow"],
  ['{"format":"bifrost-workflow","formatVersion":2,"nodes":[],"edges":[]}', "saved by a newer version"],
  ['{"format":"bifrost-workflow","formatVersion":1,"nodes":[{"id":"a"}],"edges":[]}', "nodes.0.type"],
])("a file of %s is refused: %s", async (content, words) => {
  await expect(loadWorkflow(await file(content))).rejects.toThrow(words);
});

test("an unknown name lists the presets", async () => {
  await expect(loadWorkflow("text-to-imag")).rejects.toThrow(/no preset and no file “text-to-imag”.*keep-half/);
});

test.each([
  ["sampler.steps=4", "sampler", "steps", 4],
  ["flux-sampler.guidance=2.5", "sampler", "guidance", 2.5],
  ["prompt.text=a red bus", "prompt", "text", "a red bus"],
  ['prompt.text="a red bus"', "prompt", "text", "a red bus"],
  ["prompt.text=42", "prompt", "text", "42"],
  ["prompt.text=x=y.z", "prompt", "text", "x=y.z"],
  ["save.name=true", "save", "name", "true"],
])("--set %s", (text, id, param, value) => {
  const change = readChange(graph, text);
  expect([change.node.id, change.param, change.value]).toEqual([id, param, value]);
});

test.each([
  ["sampler", "does not read node.param=value"],
  ["sampler.steps", "does not read node.param=value"],
  ["simpler.steps=3", "There is no node “simpler”. There are: prompt,"],
  ["sampler.step=3", "has no param “step”. It has: steps, guidance"],
  ["decode.x=3", "It has none."],
])("--set %s says what there is", (text, words) => {
  expect(() => readChange(graph, text)).toThrow(CommandError);
  expect(() => readChange(graph, text)).toThrow(words);
});

test("a type that occurs twice needs an id", () => {
  const prompt = graph.nodes.find(({ id }) => id === "sampler")!;
  const two = { ...graph, nodes: [...graph.nodes, { ...prompt, id: "other" }] };
  expect(() => readChange(two, "flux-sampler.steps=3")).toThrow("name one by its id: sampler, other");
});

test("--seed sets every seed and nothing else", () => {
  const seeded = withSeed(graph, 7);
  expect(seeded.nodes.flatMap(({ id, params }) => ("seed" in params ? [[id, params.seed]] : []))).toEqual([["unmasker", 7], ["sampler", 7]]);
  expect(seeded.nodes.find(({ id }) => id === "prompt")).toEqual(graph.nodes.find(({ id }) => id === "prompt"));
  expect(() => withSeed({ ...graph, nodes: graph.nodes.filter(({ params }) => !("seed" in params)) }, 7)).toThrow("has a seed");
});

test.each([
  ["sampler.seed=1,2, 3", "sampler", "seed", { kind: "list", values: [1, 2, 3] }],
  ["sampler.seed=7", "sampler", "seed", { kind: "list", values: [7] }],
  ["flux-sampler.steps=4..28:4", "sampler", "steps", { kind: "range", from: 4, to: 28, step: 4 }],
  ["sampler.guidance=1.5..3.5:0.5", "sampler", "guidance", { kind: "range", from: 1.5, to: 3.5, step: 0.5 }],
  ["sampler.seed=1..3", "sampler", "seed", { kind: "range", from: 1, to: 3, step: 1 }],
  ["prompt.text=a cat,a dog", "prompt", "text", { kind: "list", values: ["a cat", "a dog"] }],
  ['prompt.text=["a cat, a dog", "42"]', "prompt", "text", { kind: "list", values: ["a cat, a dog", "42"] }],
])("--sweep %s", (text, id, param, sweep) => {
  const read = readSweep(graph, text);
  expect([read.node.id, read.param, read.sweep]).toEqual([id, param, sweep]);
});

test.each([
  ["sampler.seed", "does not read node.param=1,2,3"],
  ["sampler.seed=", "does not read node.param=1,2,3"],
  ["sampler.seeds=1,2", "has no param “seeds”"],
  ["sampler.steps=1..9:0", "A step of 0 never ends."],
  ["sampler.steps=[]", "A list needs a value."],
])("--sweep %s says what is wrong", (text, words) => {
  expect(() => readSweep(graph, text)).toThrow(words);
});
