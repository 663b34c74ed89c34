import { afterEach, describe, expect, it } from "vitest";
import { specs } from "@/nodes/specs";
import { edgeId, emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { frameKey } from "../graph/annotations";
import type { Point } from "../graph/operations";
import { reroutesOf } from "../graph/reroutes";
import { redo, setParam, takeIn, undo } from "../store/document-actions";
import { createEditorStore } from "../store/editor-store";
import { createHand, type Drag, withDragged } from "./drag-in-hand";
import { useSnapSetting } from "./snap-setting";

const node = (id: string, type: "prompt" | "text-encoder" | "patch-mask" | "visual-branch-unmasker" | "latent-downsampler", position: Point): WorkflowNode => ({ id, type, version: specs[type].version, position, params: {} });

const start: Workflow = {
  ...emptyWorkflow,
  nodes: [node("words", "prompt", { x: 0, y: 0 }), node("encoder", "text-encoder", { x: 1000, y: 3 }), node("unmasker", "visual-branch-unmasker", { x: 1000, y: 2000 }), node("downsampler", "latent-downsampler", { x: 3000, y: 2000 }), node("mask", "patch-mask", { x: 0, y: 5000 })],
  edges: [
    { source: "words", sourcePort: "text", target: "encoder", targetPort: "text", via: [{ x: 500, y: 500 }] },
    { source: "unmasker", sourcePort: "patches", target: "downsampler", targetPort: "patches" },
  ],
  frames: [{ id: "around", title: "Around", position: { x: -50, y: -50 }, size: { width: 400, height: 400 } }],
};

function opened() {
  const store = createEditorStore({ id: "w", name: "Test", graph: start, version: 1, updatedAt: 0 });
  let shown: Drag | null = null;
  let writes = 0;
  store.subscribe((state, before) => {
    if (state.graph !== before.graph) writes++;
  });
  const hand = createHand(store, (drag) => {
    shown = drag;
  });
  const graph = () => store.getState().graph;
  return { store, hand, graph, writes: () => writes, drag: () => shown, seen: () => withDragged(graph(), shown), to: (places: Record<string, Point>) => hand.move(new Map(Object.entries(places)), 1) };
}

const placeIn = (graph: Workflow, id: string) => graph.nodes.find((each) => each.id === id)!.position;

afterEach(() => useSnapSetting.setState({ grid: false }));

describe("a drag in the hand", () => {
  it("is seen at once, written once when it is let go, and is one step to undo, byte for byte", () => {
    const { store, hand, graph, writes, seen, to } = opened();
    for (let step = 1; step <= 40; step++) to({ mask: { x: 400 + step, y: 4000 - step } });
    expect(placeIn(seen(), "mask")).toEqual({ x: 440, y: 3960 });
    expect(graph()).toBe(start);
    expect(writes()).toBe(0);
    hand.letGo();
    expect(placeIn(graph(), "mask")).toEqual({ x: 440, y: 3960 });
    expect(writes()).toBe(1);
    expect(hand.holds()).toBe(false);
    expect(store.getState().history.past).toHaveLength(1);
    undo(store);
    expect(graph()).toBe(start);
    redo(store);
    expect(placeIn(graph(), "mask")).toEqual({ x: 440, y: 3960 });
  });

  it("is no step when it ends where it began", () => {
    const { store, hand, graph, to } = opened();
    to({ mask: { x: 90, y: 5200 } });
    to({ mask: { x: 0, y: 5000 } });
    hand.letGo();
    expect(graph()).toBe(start);
    expect(store.getState().history.past).toHaveLength(0);
  });

  it("is put back: nothing was written, and nothing more moves until it is let go", () => {
    const { store, hand, graph, seen, to } = opened();
    to({ mask: { x: 90, y: 5200 } });
    store.setState({ insertion: edgeId(start.edges[1]!) });
    hand.putBack();
    to({ mask: { x: 120, y: 5300 } });
    expect(seen()).toBe(start);
    expect(store.getState().insertion).toBeNull();
    hand.letGo();
    expect(graph()).toBe(start);
    expect(store.getState().history.past).toHaveLength(0);
    // The next drag is a new one.
    to({ mask: { x: 90, y: 5200 } });
    hand.letGo();
    expect(placeIn(graph(), "mask")).toEqual({ x: 90, y: 5200 });
  });

  it("keeps what others change meanwhile, and undoing takes back the drag alone", () => {
    const { store, hand, graph, seen, to } = opened();
    to({ mask: { x: 90, y: 5200 } });
    setParam(store, "words", "text", "typed here");
    const theirs = { ...graph(), nodes: graph().nodes.filter(({ id }) => id !== "encoder").map((each) => (each.id === "mask" ? { ...each, title: "theirs" } : each)), edges: [start.edges[1]!] };
    takeIn(store, { name: "Test", graph: theirs });
    expect(seen().nodes.map(({ id, title, position }) => [id, title, position.y])).toEqual([["words", undefined, 0], ["unmasker", undefined, 2000], ["downsampler", undefined, 2000], ["mask", "theirs", 5200]]);
    hand.letGo();
    expect(graph()).toEqual({ ...theirs, nodes: theirs.nodes.map((each) => (each.id === "mask" ? { ...each, position: { x: 90, y: 5200 } } : each)) });
    undo(store);
    expect(graph()).toEqual(theirs);
  });

  it("of something that others deleted comes to nothing", () => {
    const { store, hand, graph, to } = opened();
    to({ mask: { x: 90, y: 5200 } });
    takeIn(store, { name: "Test", graph: { ...start, nodes: start.nodes.filter(({ id }) => id !== "mask") } });
    hand.letGo();
    expect(graph().nodes).toHaveLength(4);
    expect(store.getState().history.past).toHaveLength(0);
  });

  it("of a frame takes along what it held when it began, and leaves what it passes over", () => {
    const { hand, graph, seen, to } = opened();
    to({ [frameKey("around")]: { x: 900, y: 1900 } });
    expect(placeIn(seen(), "words")).toEqual({ x: 950, y: 1950 });
    to({ [frameKey("around")]: { x: -50, y: 950 } });
    hand.letGo();
    expect(graph().frames![0]!.position).toEqual({ x: -50, y: 950 });
    expect(placeIn(graph(), "words")).toEqual({ x: 0, y: 1000 });
    expect(placeIn(graph(), "unmasker")).toEqual({ x: 1000, y: 2000 });
  });

  it("of a dot leads its connection along, and of a card changes no connection", () => {
    const { hand, graph, seen, to } = opened();
    to({ encoder: { x: 900, y: 900 } });
    expect(seen().edges).toBe(start.edges);
    hand.putBack();
    hand.letGo();
    const [dot] = reroutesOf(start).keys();
    to({ [dot!]: { x: 700, y: 700 } });
    expect(seen().edges[0]!.via).toEqual([{ x: 700, y: 700 }]);
    expect(graph()).toBe(start);
    hand.letGo();
    expect(graph().edges[0]!.via).toEqual([{ x: 700, y: 700 }]);
  });

  it("goes into the connection that would take it, in the same step", () => {
    const { store, hand, graph, to } = opened();
    to({ mask: { x: 2000, y: 2100 } });
    store.setState({ insertion: edgeId(start.edges[1]!) });
    hand.letGo();
    expect(graph().edges.map(edgeId)).toEqual(expect.arrayContaining(["unmasker.patches→mask.patches", "mask.patches→downsampler.patches"]));
    expect(store.getState().insertion).toBeNull();
    undo(store);
    expect(graph()).toBe(start);
  });

  it("snaps to lines with neighbours and shows them, but keeps to the grid where that is wanted", () => {
    const { drag, seen, to } = opened();
    to({ words: { x: 300, y: 0 } });
    expect(placeIn(seen(), "words")).toEqual({ x: 300, y: 3 });
    expect(drag()!.guides).toEqual([expect.objectContaining({ axis: "y", at: 3 })]);
    useSnapSetting.setState({ grid: true });
    to({ words: { x: 300, y: 0 } });
    expect(placeIn(seen(), "words")).toEqual({ x: 300, y: 0 });
    expect(drag()!.guides).toEqual([]);
  });
});
