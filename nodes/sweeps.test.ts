import { describe, expect, test } from "vitest";
import { cellOf, instancesOf, mostCells, nodeIdOf, planSweeps, sweepLength, sweepValues } from "./sweeps";
import { emptyWorkflow, type Sweep, type Workflow, type WorkflowNode } from "./workflow";

/** prompt → text → sampler → decode → save, with sweeps by node id. */
function chain(sweeps: Record<string, Record<string, Sweep>>, sweepMode?: "grid" | "zip"): Workflow {
  const types = { prompt: "prompt", text: "text-encoder", sampler: "flux-sampler", decode: "vae-decode", save: "save-image" };
  const nodes = Object.entries(types).map(([id, type]): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params: {}, ...(sweeps[id] && { sweeps: sweeps[id] }) }));
  const edge = (source: string, sourcePort: string, target: string, targetPort: string) => ({ source, sourcePort, target, targetPort });
  return {
    ...emptyWorkflow,
    nodes,
    edges: [edge("prompt", "text", "text", "text"), edge("text", "conditioning", "sampler", "conditioning"), edge("sampler", "latents", "decode", "latents"), edge("decode", "image", "save", "image")],
    ...(sweepMode && { sweepMode }),
  };
}

/** With the sampler's seed as an input. */
function fed(workflow: Workflow): Workflow {
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.id === "sampler" ? { ...node, paramInputs: ["seed"] } : node)) };
}

const order = ["prompt", "text", "sampler", "decode", "save"];
const seeds = (...values: number[]): Sweep => ({ kind: "list", values });
const planned = (workflow: Workflow) => {
  const plan = planSweeps(workflow, new Set(order));
  return { ...plan, ids: instancesOf(workflow, order, plan.axes).map(({ id }) => id) };
};

test.each<[Sweep, unknown[]]>([
  [{ kind: "range", from: 0, to: 1, step: 0.25 }, [0, 0.25, 0.5, 0.75, 1]],
  [{ kind: "range", from: 0.1, to: 0.5, step: 0.1 }, [0.1, 0.2, 0.3, 0.4, 0.5]],
  [{ kind: "range", from: 5, to: 1, step: -2 }, [5, 3, 1]],
  [{ kind: "range", from: 1, to: 5, step: -1 }, []],
  [{ kind: "list", values: ["a", "b"] }, ["a", "b"]],
])("%j has the values %j", (sweep, values) => {
  expect(sweepValues(sweep)).toEqual(values);
  expect(sweepLength(sweep)).toBe(values.length);
});

test("what a sweep does not reach stands in the plan once", () => {
  const { ids, cells } = planned(chain({ sampler: { seed: seeds(1, 2, 3) } }));
  expect(cells).toBe(3);
  expect(ids).toEqual(["prompt", "text", "sampler@0", "sampler@1", "sampler@2", "decode@0", "decode@1", "decode@2", "save@0", "save@1", "save@2"]);
});

test("a grid has every combination, and each node only the axes that reach it", () => {
  const workflow = chain({ prompt: { text: { kind: "list", values: ["a cat", "a dog"] } }, sampler: { seed: seeds(1, 2, 3) } });
  const { ids, axes, cells } = planned(workflow);
  expect(cells).toBe(6);
  expect(ids.filter((id) => nodeIdOf(id) === "text")).toEqual(["text@0.*", "text@1.*"]);
  expect(ids.filter((id) => nodeIdOf(id) === "sampler")).toHaveLength(6);
  expect(cellOf("text@1.*", axes)).toEqual([1, null]);
  const sampler = instancesOf(workflow, order, axes).find(({ id }) => id === "sampler@1.2")!;
  expect(sampler.node.params.seed).toBe(3);
  expect(sampler.edges.map(({ source }) => source)).toEqual(["text@1.*"]);
});

test("in step, first goes with first", () => {
  const { ids, cells } = planned(chain({ prompt: { text: { kind: "list", values: ["a", "b"] } }, sampler: { seed: seeds(1, 2) } }, "zip"));
  expect(cells).toBe(2);
  expect(ids.filter((id) => nodeIdOf(id) === "save")).toEqual(["save@0.0", "save@1.1"]);
});

test("the order of a node's sweeps is the spec's, whatever order its object's keys have", () => {
  const one = planned(chain({ sampler: { steps: seeds(2, 4), seed: seeds(1, 2, 3) } }));
  const other = planned(chain({ sampler: { seed: seeds(1, 2, 3), steps: seeds(2, 4) } }));
  expect(other.ids).toEqual(one.ids);
});

/** The sampler told to start after a step. */
const started = (workflow: Workflow, start: number): Workflow => ({ ...workflow, nodes: workflow.nodes.map((node) => (node.id === "sampler" ? { ...node, params: { start } } : node)) });

test("params that are swept together are not held against each other's own value", () => {
  expect(planSweeps(started(chain({ sampler: { steps: seeds(8, 4), start: seeds(5, 1) } }, "zip"), 5), new Set(order)).problems).toEqual([]);
});

describe("refused", () => {
  test.each<[string, Workflow, string]>([
    ["a million cells, with the count", chain({ sampler: { seed: { kind: "range", from: 1, to: 1_000_000, step: 1 } } }), "makes 1,000,000 cells"],
    ["sweeps in step of different lengths", chain({ prompt: { text: { kind: "list", values: ["a"] } }, sampler: { seed: seeds(1, 2) } }, "zip"), "equally many values"],
    ["a value that the param does not take", chain({ sampler: { steps: seeds(4, 0) } }), "holds 0"],
    ["a param that does not exist", chain({ sampler: { colour: seeds(1) } }), "no param “colour”"],
    ["a param that is an input", fed(chain({ sampler: { seed: seeds(1, 2) } })), "is an input"],
    ["a value that another param rules out", started(chain({ sampler: { steps: seeds(8, 4) } }), 5), "holds 4: Start must come"],
    ["a range that goes nowhere", chain({ sampler: { steps: { kind: "range", from: 9, to: 1, step: 1 } } }), "has no values"],
  ])("%s", (_, workflow, words) => {
    const { problems, axes } = planSweeps(workflow, new Set(order));
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.nodeId).toBeDefined();
    if (words.includes("cells")) expect(axes).toEqual([]);
  });

  test("but not as many as are allowed", () => {
    expect(planSweeps(chain({ sampler: { seed: { kind: "range", from: 1, to: mostCells, step: 1 } } }), new Set(order)).problems).toEqual([]);
  });
});

test("sweeps of nodes that the run does not need do not count", () => {
  expect(planSweeps(chain({ save: { name: { kind: "list", values: ["a", "b"] } } }), new Set(["prompt", "text"])).cells).toBe(1);
});
