import { describe, expect, test } from "vitest";
import { presets } from "@/nodes/presets";
import { edgeId } from "@/nodes/workflow";
import { borderId } from "../graph/levels";
import { select } from "../store/document-actions";
import { createEditorStore } from "../store/editor-store";
import { isChosen, isOnlyChosen, selectOnly, thingOf, toggleChosen } from "./things";

const graph = presets[0]!.graph;
const [first, second] = graph.nodes.map(({ id }) => thingOf(id)!);
const edge = { kind: "edge", id: edgeId(graph.edges[0]!) } as const;
const opened = () => createEditorStore({ id: "w", name: "w", graph, version: 1, updatedAt: 0 });

test("ids of the canvas say what they are of; the border of a subgraph is no thing", () => {
  expect([thingOf("prompt")?.kind, thingOf("frame:1")?.kind, thingOf("note:1")?.kind, thingOf("reroute:1")?.kind]).toEqual(["node", "annotation", "annotation", "reroute"]);
  expect(thingOf(borderId("incoming", "folded"))).toBeNull();
});

describe("selecting by key or click", () => {
  test("one alone lets go of everything else, of every kind", () => {
    const store = opened();
    select(store, graph.nodes.map(({ id }) => id), [edge.id], ["note:1"]);
    expect(isChosen(store.getState(), first!) && !isOnlyChosen(store.getState(), first!)).toBe(true);
    selectOnly(store, first!);
    expect(isOnlyChosen(store.getState(), first!)).toBe(true);
    selectOnly(store, edge);
    expect([store.getState().selection.size, isOnlyChosen(store.getState(), edge)]).toEqual([0, true]);
  });

  test("adding and taking out leaves the others", () => {
    const store = opened();
    for (const thing of [first!, second!, edge, { kind: "annotation", id: "note:1" } as const]) toggleChosen(store, thing);
    const { selection, selectedEdges, selectedAnnotations } = store.getState();
    expect([[...selection], [...selectedEdges], [...selectedAnnotations]]).toEqual([[first!.id, second!.id], [edge.id], ["note:1"]]);
    toggleChosen(store, first!);
    expect([...store.getState().selection]).toEqual([second!.id]);
    expect(isChosen(store.getState(), edge)).toBe(true);
  });
});
