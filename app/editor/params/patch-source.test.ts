import { expect, test } from "vitest";
import { findPreset } from "@/nodes/presets";
import type { NodeState, Output } from "@/nodes/run-events";
import { unstartedRun } from "@/nodes/run-events";
import { setParam } from "../graph/operations";
import { createEditorStore, type EditorState } from "../store/editor-store";
import { gridInRun, maskSource, paintedPicture } from "./patch-source";

const graph = findPreset("repaint-patches")!.graph;
const hash = (digit: string) => digit.repeat(64);
const done = (port: string, facts: Output["facts"], picture: string | null): NodeState => ({
  status: "done", reused: false, key: null, why: null, seconds: 1, frames: [], notices: [],
  outputs: { [port]: { type: "x", tensors: { hash: hash("0"), kind: "safetensors", bytes: 1 }, shapes: {}, facts, picture: picture === null ? null : { hash: picture, kind: "png", bytes: 1 } } },
});

/** The editor with this preset and a run in which these nodes are done. */
function state(nodes: Record<string, NodeState>, drawn = graph): EditorState {
  const opened = createEditorStore({ id: "w", name: "Test", graph: drawn, version: 1, updatedAt: 0 }).getState();
  return { ...opened, run: { id: "r", graph: drawn, state: { ...unstartedRun, nodes }, lastEvent: 1, startedAt: 0, nodeStarts: {}, earlier: {} } };
}

test("nothing is known before anything ran", () => {
  expect(gridInRun(state({}), "mask", "patches")).toBeNull();
  expect(paintedPicture(state({}), "mask", "patches")).toBeNull();
});

test("the grid is that of what feeds the node, or of what the node gave", () => {
  expect(gridInRun(state({ encoder: done("patches", { rows: 4, columns: 6 }, null), mask: done("patches", { rows: 8, columns: 8 }, null) }), "mask", "patches")).toEqual({ rows: 4, columns: 6 });
  expect(gridInRun(state({ mask: done("patches", { rows: 8, columns: 8 }, null) }), "mask", "patches")).toEqual({ rows: 8, columns: 8 });
  expect(gridInRun(state({ encoder: done("patches", { rows: "8" }, null) }), "mask", "patches")).toBeNull();
});

test("what is painted on is the picture that was encoded, else the patches' own", () => {
  const encoder = done("patches", { rows: 8, columns: 8 }, hash("a"));
  expect(paintedPicture(state({ encoder }), "mask", "patches")).toBe(hash("a"));
  expect(paintedPicture(state({ encoder, "decode-before": done("image", {}, hash("b")) }), "mask", "patches")).toBe(hash("b"));
});

test("the mask of what feeds the node lies in what it gave, or in the saved file it names", () => {
  const given = (shapes: Output["shapes"]): NodeState => {
    const node = done("patches", { rows: 8, columns: 8 }, null);
    return node.status === "done" ? { ...node, outputs: { patches: { ...node.outputs.patches!, shapes } } } : node;
  };
  const mask = { dtype: "float32", dims: [1, 64] };
  expect(maskSource(state({}), "mask", "patches")).toBeNull();
  expect(maskSource(state({ encoder: given({ patch_latents: mask }) }), "mask", "patches")).toBeNull();
  expect(maskSource(state({ encoder: given({ patch_latents: mask, mask }) }), "mask", "patches")).toBe(hash("0"));
  const saved = (params: { tensors: string; mask?: boolean }) => ({
    ...graph,
    nodes: [...graph.nodes, { id: "saved", type: "saved-patches", version: 1, position: { x: 0, y: 0 }, params }],
    edges: [...graph.edges.filter(({ target, targetPort }) => target !== "mask" || targetPort !== "patches"), { source: "saved", sourcePort: "patches", target: "mask", targetPort: "patches" }],
  });
  expect(maskSource(state({}, saved({ tensors: hash("d") })), "mask", "patches")).toBe(hash("d"));
  expect(maskSource(state({}, saved({ tensors: hash("d"), mask: false })), "mask", "patches")).toBeNull();
});

test("an uploaded picture is there before anything runs", () => {
  const half = findPreset("keep-half")!.graph;
  const uploaded = setParam(half, "picture", "image", { hash: hash("c"), name: "cat.png" });
  const masked = { ...uploaded, nodes: [...uploaded.nodes, { id: "mask", type: "patch-mask", version: 1, position: { x: 0, y: 900 }, params: {} }], edges: [...uploaded.edges, { source: "encoder", sourcePort: "patches", target: "mask", targetPort: "patches" }] };
  expect(paintedPicture(state({}, masked), "mask", "patches")).toBe(hash("c"));
});
