import { expect, it } from "vitest";
import type { Artifact, NodeState } from "@/nodes/run-events";
import { unstartedRun } from "@/nodes/run-events";
import { findPreset } from "@/nodes/presets";
import { savedName, workflowOf } from "./picture-link";

const { graph } = findPreset("text-to-image")!;
const picture = (sign: string): Artifact => ({ hash: sign.repeat(64), kind: "png", bytes: 1 });
const done: NodeState = {
  status: "done",
  reused: false,
  key: null,
  why: null,
  seconds: 1,
  notices: [],
  frames: [{ step: 1, total: 1, numbers: {}, tensors: null, preview: picture("b") }],
  outputs: { image: { type: "image", tensors: { hash: "c".repeat(64), kind: "safetensors", bytes: 1 }, shapes: {}, facts: {}, picture: picture("a") } },
};
const run = { graph, state: { ...unstartedRun, nodes: { save: done, sampler: { status: "not-run" } as const } } };

it("a picture's workflow is that of the run which made it, and of no other", () => {
  expect(workflowOf(run, "a".repeat(64))).toBe(graph);
  expect(workflowOf(run, "b".repeat(64))).toBe(graph);
  expect(workflowOf(run, "c".repeat(64))).toBeNull();
  expect(workflowOf(run, "d".repeat(64))).toBeNull();
  expect(workflowOf(null, "a".repeat(64))).toBeNull();
});

it("a picture that was saved has the name it was saved by, in every cell of a sweep", () => {
  const named = { ...graph, nodes: graph.nodes.map((node) => (node.type === "save-image" ? { ...node, params: { name: "harbour" } } : node)) };
  const seen: NodeState = { ...done, frames: [] };
  const cell = { ...seen, outputs: { image: { ...done.outputs.image!, picture: picture("e") } } };
  // What was decoded is the same picture, and has no name of its own.
  const of = { graph: named, state: { ...unstartedRun, nodes: { decode: seen, save: seen, "save@1": cell } } };
  expect(savedName(of, "a".repeat(64))).toBe("harbour");
  expect(savedName(of, "e".repeat(64))).toBe("harbour");
  expect(savedName({ ...of, state: { ...of.state, nodes: { decode: seen } } }, "a".repeat(64))).toBeNull();
  expect(savedName(null, "a".repeat(64))).toBeNull();
});
