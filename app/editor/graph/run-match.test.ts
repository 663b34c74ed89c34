import { describe, expect, it } from "vitest";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { addFrame, addNote } from "./annotations";
import { setCollapsed, setColor, setLocked } from "./decoration";
import { addNode, connect, moveNodes, newNode, setParam, setSweep, setSweepMode } from "./operations";
import { changedSince } from "./run-match";

const base = (["prompt", "text-encoder", "flux-sampler"] as const).reduce<Workflow>((graph, type) => addNode(graph, newNode(graph, type, { x: 0, y: 0 })), emptyWorkflow);
const graph = [
  { source: "prompt", sourcePort: "text", target: "text-encoder", targetPort: "text" },
  { source: "text-encoder", sourcePort: "conditioning", target: "flux-sampler", targetPort: "conditioning" },
].reduce(connect, base);

describe("changedSince", () => {
  it("is empty for the same workflow read again, and when nodes only moved", () => {
    const again = structuredClone(graph);
    expect(changedSince(moveNodes(again, new Map([["prompt", { x: 9, y: 9 }]])), graph)).toEqual(new Set());
  });

  it("takes no notice of frames, notes, colours, collapsed or locked cards", () => {
    const all = new Set(graph.nodes.map(({ id }) => id));
    const decorated = setLocked(setCollapsed(setColor(graph, all, "moss"), all, true), all, true);
    const annotated = addNote(addFrame(decorated, { x: 0, y: 0, width: 500, height: 500 }).workflow, { x: 5, y: 5 }, "a note").workflow;
    expect(changedSince(annotated, graph)).toEqual(new Set());
    expect(changedSince(graph, annotated)).toEqual(new Set());
  });

  it("names a changed node and everything it feeds", () => {
    expect(changedSince(setParam(graph, "text-encoder", "extra", 1), graph)).toEqual(new Set(["text-encoder", "flux-sampler"]));
  });

  it("counts another way of combining sweeps as a change of what more than one of them reaches", () => {
    const one = setSweep(graph, "prompt", "text", { kind: "list", values: ["a", "b"] });
    const two = setSweep(one, "flux-sampler", "seed", { kind: "list", values: [1, 2] });
    expect(changedSince(setSweepMode(two, "zip"), two)).toEqual(new Set(["flux-sampler"]));
    expect(changedSince(setSweepMode(one, "zip"), one)).toEqual(new Set());
    expect(changedSince({ ...two, sweepMode: "grid" }, two)).toEqual(new Set());
  });

  it("counts a lost edge as a change", () => {
    expect(changedSince(base, graph)).toEqual(new Set(["text-encoder", "flux-sampler"]));
  });
});
