import { expect, test } from "vitest";
import type { NodeState, Output } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { absentNodes, nodesWithTensors, type PastRun } from "./absent-nodes";

const node = (id: string) => ({ id, type: "flux-sampler", version: 1, position: { x: 0, y: 0 }, params: {} });
const workflow = (...ids: string[]): Workflow => ({ ...emptyWorkflow, nodes: ids.map(node) });

const tensors = { hash: "a".repeat(64), kind: "safetensors", bytes: 4 } as const;
const output = (parts: Pick<Output, "shapes" | "facts">): Output => ({ type: "latents", tensors, ...parts }) as Output;
const done = (outputs: Record<string, Output>): NodeState => ({ status: "done", reused: false, key: null, why: null, seconds: 1, outputs, frames: [], notices: [] });
const latents = done({ latents: output({ shapes: { latents: { dtype: "float32", dims: [1] } }, facts: {} }) });
const words = done({ text: output({ shapes: {}, facts: { text: "a dog" } }) });
const failed: NodeState = { status: "failed", message: "No.", frames: [{ step: 1, total: 2, tensors, numbers: {}, preview: null }], notices: [] };

const run: PastRun = {
  graph: workflow("kept", "deleted", "words", "stepped", "swept", "waiting", "never"),
  state: { nodes: { kept: latents, deleted: latents, words, stepped: failed, "swept@0": { status: "waiting" }, "swept@1": latents, waiting: { status: "waiting" } } },
};

test("a run's nodes that the workflow does not have are found, if they made anything", () => {
  const ids = absentNodes(run, workflow("kept", "new")).map(({ id }) => id);
  expect(ids).toEqual(["deleted", "words", "stepped", "swept"]);
});

test("none is missing in the workflow that the run was of", () => {
  expect(absentNodes(run, run.graph)).toEqual([]);
  expect(absentNodes(run, { ...run.graph })).toEqual([]);
});

test("nodes with tensors are those with steps or outputs that have shapes", () => {
  expect(nodesWithTensors(run).map(({ id }) => id)).toEqual(["kept", "deleted", "stepped", "swept"]);
});
