import { expect, test } from "vitest";
import { english } from "@/app/i18n/translator";
import type { NodeState, Output, RunState, StoredFrame } from "@/nodes/run-events";
import { specs } from "@/nodes/specs";
import { frameUpTo, type InspectedRun, subjectOf } from "./subject";

const hash = (letter: string) => letter.repeat(64);
const artifact = (letter: string) => ({ hash: hash(letter), kind: "safetensors" as const, bytes: 8 });
const frame = (step: number, letter: string): StoredFrame => ({ step, total: 3, tensors: artifact(letter), numbers: {}, preview: null });
const output = (letter: string, facts: Output["facts"] = {}, shapes: Output["shapes"] = { patch_latents: { dtype: "float32", dims: [1, 6, 2] } }): Output => ({ type: "patch-latents", tensors: artifact(letter), shapes, facts, picture: null });
const done = (outputs: Record<string, Output>, frames: StoredFrame[]): NodeState => ({ status: "done", reused: false, key: null, why: null, seconds: 1, outputs, frames, notices: [] });

function run(node: NodeState): InspectedRun {
  const state: RunState = { status: "done", nodes: { u: node }, seconds: 1, message: null, said: null, axes: [] };
  return { id: "run", graph: { format: "bifrost-workflow", formatVersion: 1, nodes: [{ id: "u", type: "visual-branch-unmasker", version: 1, position: { x: 0, y: 0 }, params: {} }], edges: [] }, state };
}

const frames = [frame(1, "a"), frame(2, "b"), frame(3, "c")];
const finished = run(done({ patches: output("d", { rows: 2, columns: 3 }) }, frames));

test("the steps come first, then the outputs that hold tensors", () => {
  const subject = subjectOf(finished, "u", "u", null, (all) => frameUpTo(all, 2), english);
  expect(subject).toMatchObject({ title: "Visual-Branch Unmasker", port: null, artifact: { hash: hash("b") }, grid: { rows: 2, columns: 3 }, sources: [{ port: null }, { port: "patches", title: "Patch latents" }] });
  const ofOutput = subjectOf(finished, "u", "u", "patches", () => null, english);
  expect(ofOutput).toMatchObject({ port: "patches", frames: [], frame: null, artifact: { hash: hash("d") } });
});

test("an output without tensors is nothing to look at; a port that is gone falls back to the first there is", () => {
  const texts = run(done({ text: output("e", {}, {}) }, []));
  expect(subjectOf(texts, "u", "u", null, () => null, english)).toMatchObject({ sources: [], artifact: null });
  expect(subjectOf(finished, "u", "u", "gone", (all) => frameUpTo(all, null), english)).toMatchObject({ port: null, artifact: { hash: hash("c") } });
});

test("a node that the run does not hold is null", () => {
  expect(subjectOf(finished, "other", "other", null, () => null, english)).toBeNull();
  expect(subjectOf(finished, "u", undefined, null, () => null, english)).toBeNull();
});

test("what another version of a node computed says so, and is there all the same", () => {
  const madeBy = (version: number, type = "visual-branch-unmasker"): InspectedRun => ({ ...finished, graph: { ...finished.graph, nodes: finished.graph.nodes.map((node) => ({ ...node, type, version })) } });
  const now = specs["visual-branch-unmasker"].version;
  const look = (run: InspectedRun) => subjectOf(run, "u", "u", null, (all) => frameUpTo(all, null), english);
  expect(look(madeBy(now))).toMatchObject({ versions: null });
  expect(look(madeBy(now - 1))).toMatchObject({ versions: { made: now - 1, now }, artifact: { hash: hash("c") } });
  expect(look(madeBy(3, "no-such-type"))).toMatchObject({ versions: { made: 3, now: null }, artifact: { hash: hash("c") } });
});

test("two timelines walk together: the same step, or the last before it", () => {
  const few = [frame(1, "a"), frame(4, "b")];
  expect(frameUpTo(few, 3)?.step).toBe(1);
  expect(frameUpTo(few, 9)?.step).toBe(4);
  expect(frameUpTo(few, null)?.step).toBe(4);
  expect(frameUpTo([], 1)).toBeNull();
  expect(frameUpTo(few, 0)?.step).toBe(1);
});
