import { describe, expect, it } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import type { NodeState, RunState, SweepAxis } from "@/nodes/run-events";
import { ancestors } from "@/nodes/problems";
import { instancesOf } from "@/nodes/sweeps";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { cellsInOrder, instancesIn, lookedInstance, overallStatus, sweepCount } from "./sweep-cells";
import { axisTitles, gridOf, spokenAxes } from "./sweep-layout";

const done: NodeState = { status: "done", reused: false, key: null, why: null, seconds: 1, outputs: {}, frames: [], notices: [] };
const running: NodeState = { status: "running", key: null, why: null, loading: null, load: null, frames: [], notices: [] };
const failed: NodeState = { status: "failed", message: "No.", frames: [], notices: [] };
const waiting: NodeState = { status: "waiting" };

const axis = (nodeId: string, param: string, title: string, ...values: SweepAxis["values"]): SweepAxis => ({ nodeId, param, title, values });
const axes = [axis("prompt", "text", "Prompt: Prompt", "a dog", "a cat"), axis("sampler", "steps", "FLUX Sampler: Steps", 4, 8, 12)];

const node = (id: string) => ({ id, type: "flux-sampler", version: 1, position: { x: 0, y: 0 }, params: {} });
const edge = (source: string, target: string) => ({ source, sourcePort: "out", target, targetPort: "in" });
const workflow: Workflow = { ...emptyWorkflow, nodes: ["loader", "prompt", "sampler"].map(node), edges: [edge("prompt", "sampler"), edge("loader", "sampler")] };

const idsOf = (whole: Workflow, over: readonly SweepAxis[]) => instancesOf(whole, ancestors(whole, ["sampler"]), over).map(({ id }) => id);
const ids = idsOf(workflow, axes);
const stateWith = (states: Record<string, NodeState>): RunState => ({ status: "running", seconds: null, message: null, said: null, axes, nodes: Object.fromEntries(ids.map((id) => [id, states[id] ?? waiting])) });

describe("instances of a run", () => {
  it("are found by their node, a shared node being itself", () => {
    const { nodes } = stateWith({});
    expect([instancesIn(nodes, "loader"), instancesIn(nodes, "prompt"), instancesIn(nodes, "sampler").length, instancesIn(nodes, "other")]).toEqual([["loader"], ["prompt@0.*", "prompt@1.*"], 6, []]);
  });

  it("are looked at by the chosen cell, on the axes that reach them", () => {
    const state = stateWith({ "sampler@0.0": running });
    expect(["loader", "prompt", "sampler"].map((id) => lookedInstance(state, id, [1, 2]))).toEqual(["loader", "prompt@1.*", "sampler@1.2"]);
  });

  it("are looked at where something happens, when none is chosen", () => {
    const look = (states: Record<string, NodeState>) => lookedInstance(stateWith(states), "sampler", null);
    expect(look({})).toBe("sampler@0.0");
    expect(look({ "sampler@0.0": done, "sampler@0.1": running })).toBe("sampler@0.1");
    expect(look({ "sampler@0.0": done, "sampler@0.1": done, "sampler@0.2": failed })).toBe("sampler@0.1");
    expect(look({ "sampler@0.0": failed })).toBe("sampler@0.0");
  });

  it("add up to one state", () => {
    const { nodes } = stateWith({ "sampler@0.0": done, "sampler@0.1": failed });
    expect(sweepCount(nodes, "sampler")).toEqual({ total: 6, done: 1, reused: 0, failed: 1, running: 0, notRun: 0 });
    expect(overallStatus(nodes, "sampler")).toBe("running");
    expect(overallStatus(nodes, "prompt")).toBe("waiting");
    const all = stateWith(Object.fromEntries(ids.map((id) => [id, id === "sampler@1.1" ? failed : done])));
    expect(["loader", "prompt", "sampler"].map((id) => overallStatus(all.nodes, id))).toEqual(["done", "done", "failed"]);
    expect(sweepCount(all.nodes, "loader")).toBeNull();
  });
});

describe("cellsInOrder", () => {
  it("counts the last axis fastest, and in step when zipped", () => {
    expect(cellsInOrder(axes, false).map((cell) => cell.join(""))).toEqual(["00", "01", "02", "10", "11", "12"]);
    expect(cellsInOrder([axes[0]!, axis("b", "x", "B: X", 1, 2)], true)).toEqual([[0, 0], [1, 1]]);
    expect(cellsInOrder([], false)).toEqual([]);
  });
});

describe("gridOf", () => {
  it("makes two axes rows and columns", () => {
    const grid = gridOf(ids.filter((id) => id.startsWith("sampler")), axes, false, english);
    expect([grid.rowTitle, grid.columnTitle, grid.columns]).toEqual(["Prompt", "Steps", ["4", "8", "12"]]);
    expect(grid.groups).toHaveLength(1);
    expect(grid.groups[0]!.rows.map(({ label, cells }) => [label, ...cells.map(({ instance }) => instance)])).toEqual([
      ["a dog", "sampler@0.0", "sampler@0.1", "sampler@0.2"],
      ["a cat", "sampler@1.0", "sampler@1.1", "sampler@1.2"],
    ]);
    expect(grid.groups[0]!.rows[1]!.cells[2]!.label).toBe("Prompt a cat, Steps 12");
  });

  it("makes one axis a row", () => {
    const grid = gridOf(["prompt@0.*", "prompt@1.*"], axes, false, english);
    expect([grid.rowTitle, grid.columnTitle, grid.columns]).toEqual([null, "Prompt", ["a dog", "a cat"]]);
  });

  it("names both values of axes in step", () => {
    const both = [axes[0]!, axis("sampler", "steps", "FLUX Sampler: Steps", 4, -8)];
    const zipped: Workflow = { ...workflow, sweepMode: "zip" };
    const grid = gridOf(idsOf(zipped, both).filter((id) => id.startsWith("sampler")), both, true, english);
    expect([grid.columnTitle, grid.columns]).toEqual(["Prompt, Steps", ["a dog, 4", "a cat, −8"]]);
  });

  it("groups by the axes beyond two", () => {
    const three = [axis("loader", "seed", "Loader: Seed", 1, 2), ...axes];
    const grid = gridOf(idsOf(workflow, three).filter((id) => id.startsWith("sampler")), three, false, english);
    expect(grid.groups.map(({ label, rows }) => [label, rows.length, rows[0]!.cells.length])).toEqual([["Seed 1", 2, 3], ["Seed 2", 2, 3]]);
  });
});

describe("spokenAxes", () => {
  it("says choices of a spec as forms do, and leaves what people wrote", () => {
    const nodes = [{ ...node("mix"), type: "mix-patches" }, { ...node("prompt"), type: "prompt" }];
    const mixed = [axis("mix", "mode", "Mix Patches: Mix", "by amount", "by mask"), axis("prompt", "text", "Prompt: Prompt", "by mask")];
    expect(spokenAxes(mixed, { nodes }, translatorOf("zh")).map(({ values }) => values)).toEqual([["按比例", "按遮罩"], ["by mask"]]);
    expect(spokenAxes(mixed, { nodes }, english)).toEqual(mixed);
  });
});

describe("axisTitles", () => {
  it("names the node where the param alone would not tell", () => {
    expect(axisTitles([axis("a", "seed", "A: Seed", 1), axis("b", "seed", "B: Seed", 1), axis("b", "steps", "B: Steps", 1)], english)).toEqual(["A: Seed", "B: Seed", "Steps"]);
  });
});
