import { expect, test } from "vitest";
import { findPreset } from "@/nodes/presets";
import { afterEvent, type RunEvent, unstartedRun } from "@/nodes/run-events";
import { fold } from "./folding";
import { faceOf, innerNodes, subgraphState } from "./subgraph-state";

const { graph } = findPreset("text-to-image")!;
const none: ReadonlySet<string> = new Set();
const folded = (ids: string[], from = graph) => fold(from, new Set(ids), none, null).workflow;
const queued: RunEvent = { type: "queued", nodes: graph.nodes.map(({ id }) => id) };
const stateAfter = (...events: RunEvent[]) => [queued, ...events].reduce(afterEvent, unstartedRun);
const inner = ["unmasker", "downsampler", "controlnet"];
const stateOf = (...events: RunEvent[]) => subgraphState(stateAfter(...events).nodes, inner);
const done = (nodeId: string): RunEvent => ({ type: "node-done", nodeId, seconds: 2, outputs: {} });

test("the nodes of a subgraph, however deep", () => {
  expect(innerNodes(folded(["subgraph", "sampler"], folded(inner)), "subgraph-2").toSorted()).toEqual(["controlnet", "downsampler", "sampler", "unmasker"]);
});

test("it stands for what it gives: a picture first, then latents, then anything", () => {
  expect(faceOf(folded(["decode", "save", "sampler"]), "subgraph")).toBe("save");
  expect(faceOf(folded(["unmasker"]), "subgraph")).toBe("unmasker");
  expect(faceOf(folded(["text"]), "subgraph")).toBe("text");
  expect(faceOf(graph, "sampler")).toBe("sampler");
});

test("its state is that of all together", () => {
  expect(subgraphState(stateAfter().nodes, ["elsewhere"])).toBe(null);
  expect(stateOf()).toMatchObject({ status: "waiting", total: 3, ended: 0 });
  expect(stateOf({ type: "node-started", nodeId: "unmasker" })).toMatchObject({ status: "running", running: "unmasker" });
  // Between two of its nodes it is still at work.
  expect(stateOf(done("unmasker"))).toMatchObject({ status: "running", running: null, ended: 1 });
  expect(stateOf(...inner.map(done))).toMatchObject({ status: "done", ended: 3, seconds: 6, reused: false });
  expect(stateOf(done("unmasker"), { type: "node-failed", nodeId: "downsampler", message: "No." }, { type: "node-not-run", nodeId: "controlnet" })).toMatchObject({ status: "failed", failed: "downsampler", ended: 3 });
  expect(stateOf(...inner.map((nodeId): RunEvent => ({ type: "node-not-run", nodeId })))).toMatchObject({ status: "not-run" });
});
