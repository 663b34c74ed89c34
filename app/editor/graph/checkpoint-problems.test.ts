import { expect, test } from "vitest";
import { findPreset } from "@/nodes/presets";
import { emptyWorkflow } from "@/nodes/workflow";
import type { ModelComponent, SystemStatus } from "@/server/api/contract";
import { checkpointProblems } from "./checkpoint-problems";

const graph = findPreset("text-to-image")!.graph;
const status = (change: Partial<SystemStatus>): SystemStatus => ({
  version: "0.1.0", provider: "cpu", device: "a processor", cores: null, checkpoint: { name: "mini", parameters: 1, bytes: 1, patchGrid: 4 }, memory: null, worker: "ready", queued: 0, queuePaused: false, dataDir: "data", ...change,
});
const part = (problem: string | null): ModelComponent => ({ id: "t5", title: "T5 encoder", architecture: "t5", parameters: 1, bytes: 1, dtype: "bf16", files: [], problem: problem === null ? null : { message: problem } });

test("a checkpoint that works is no problem", () => {
  expect(checkpointProblems(graph, status({}), [part(null)])).toEqual([]);
});

test("a missing checkpoint is said in the worker's words", () => {
  const [problem, ...others] = checkpointProblems(graph, status({ checkpoint: { problem: { message: "There is no folder flux/ in /models." } } }), []);
  expect(problem!.message).toContain("There is no folder flux/ in /models.");
  expect(problem!.page).toBe("models");
  expect(others).toEqual([]);
});

test("a broken part is named", () => {
  expect(checkpointProblems(graph, status({}), [part(null), part("model.safetensors is cut off.")]).map(({ message }) => message)).toEqual(["T5 encoder: model.safetensors is cut off."]);
});

test("nothing is said while nobody knows, nor to a workflow that needs no checkpoint", () => {
  const broken = status({ checkpoint: { problem: { message: "gone" } } });
  expect(checkpointProblems(graph, undefined, [])).toEqual([]);
  expect(checkpointProblems(graph, { ...broken, worker: "absent" }, [])).toEqual([]);
  expect(checkpointProblems(emptyWorkflow, broken, [])).toEqual([]);
  expect(checkpointProblems({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, mode: "muted" as const })) }, broken, [])).toEqual([]);
});
