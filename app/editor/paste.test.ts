import fc from "fast-check";
import { expect, it } from "vitest";
import { presets } from "@/nodes/presets";
import { mostNodes, type Workflow } from "@/nodes/workflow";
import { fragmentText } from "./graph/fragment-text";
import { pasteText } from "./paste";
import { createEditorStore } from "./store/editor-store";

const { graph } = presets[0]!;
const storeOf = (start: Workflow) => createEditorStore({ id: "w", name: "Test", graph: start, version: 1, updatedAt: 0 });

it("leaves the canvas alone for anything on the clipboard that is no nodes", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.json().map((json) => `{"format":"bifrost-nodes","formatVersion":1,"nodes":[${json}],"edges":${json}}`)), (text) => {
      const store = storeOf(graph);
      pasteText(store, text, null);
      expect(store.getState().graph).toBe(graph);
      expect(store.getState().history.past).toEqual([]);
    }),
  );
});

it("pastes a workflow beside its original, and never exactly on top", () => {
  const store = storeOf(graph);
  pasteText(store, fragmentText(graph), null);
  pasteText(store, fragmentText(graph), null);
  const { nodes, edges } = store.getState().graph;
  expect([nodes.length, edges.length]).toEqual([graph.nodes.length * 3, graph.edges.length * 3]);
  expect(new Set(nodes.map(({ position }) => `${position.x},${position.y}`)).size).toBe(nodes.length);
});

it("takes no more nodes than can be saved", () => {
  const [first] = graph.nodes;
  const full = { ...graph, edges: [], nodes: Array.from({ length: mostNodes - 2 }, (_, at) => ({ ...first!, id: `n${at}` })) };
  const store = storeOf(full);
  pasteText(store, fragmentText(graph), { x: 0, y: 0 });
  expect(store.getState().graph).toBe(full);
  pasteText(store, fragmentText({ nodes: graph.nodes.slice(0, 2), edges: [] }), { x: 0, y: 0 });
  expect(store.getState().graph.nodes).toHaveLength(mostNodes);
});
