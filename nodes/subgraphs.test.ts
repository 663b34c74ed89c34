import { describe, expect, test } from "vitest";
import { effectiveWorkflow, mutedNodes } from "./bypass";
import { cardParams, cardPorts } from "./card-ports";
import { nestingOf, withoutNodes } from "./nesting";
import { findPreset } from "./presets";
import { applyFix, fixOf } from "./problem-fixes";
import { workflowProblems } from "./problems";
import { withSeedsForRun } from "./seeds";
import { computingNodes, computingTargets } from "./subgraphs";
import { deepestNesting, type Exposed, type Workflow, type WorkflowNode, workflowSchema } from "./workflow";

const graph = findPreset("text-to-image")!.graph;
const card = (id: string, change: Partial<WorkflowNode> = {}): WorkflowNode => ({ id, type: "subgraph", version: 1, title: id, position: { x: 0, y: 0 }, params: {}, ...change });

/** The preset with some nodes lying in subgraphs; what holds what is given by id. */
function folded(holders: Record<string, string>, cards: readonly WorkflowNode[], from: Workflow = graph): Workflow {
  return { ...from, nodes: [...from.nodes.map((node) => (holders[node.id] ? { ...node, inside: holders[node.id] } : node)), ...cards] };
}

const steered = { unmasker: "patches", downsampler: "patches", controlnet: "patches" };
const plain = (workflow: Workflow) => effectiveWorkflow(workflow);
const without = (workflow: Workflow) => workflow.nodes.map(({ inside: _, ...node }) => node);

describe("a run sees through subgraphs", () => {
  test("folded, nested or not, the nodes and edges that are computed are the same, ids included", () => {
    const one = folded(steered, [card("patches")]);
    const two = folded({ ...steered, sampler: "all" }, [card("patches", { inside: "all" }), card("all")]);
    expect(plain(one)).toEqual(graph);
    expect(plain(two)).toEqual(graph);
    expect(workflowProblems(two)).toEqual([]);
  });

  test("a node that lies in what is not there, or in a node that is no subgraph, lies on top", () => {
    const lost = folded({ prompt: "gone", text: "prompt" }, []);
    expect(nestingOf(lost.nodes).holderOf("prompt")).toBe(null);
    expect(nestingOf(lost.nodes).holderOf("text")).toBe(null);
    expect(plain(lost)).toEqual(graph);
  });

  test("to run to a subgraph is to run to what it gives and to what in it nothing takes", () => {
    expect(computingTargets(folded(steered, [card("patches")]), ["patches", "prompt"])).toEqual(["controlnet", "prompt"]);
    expect(computingTargets(folded({ decode: "end", save: "end" }, [card("end")]), ["end"])).toEqual(["save"]);
    expect(computingNodes(folded(steered, [card("patches", { inside: "all" }), card("all")]), ["all"]).sort()).toEqual(["controlnet", "downsampler", "unmasker"]);
    expect(computingNodes(graph, ["*"])).toEqual(["*"]);
  });

  test("seeds in it change as they would outside, and stay where it is muted", () => {
    const random = { ...graph, nodes: graph.nodes.map((node) => (node.id === "unmasker" ? { ...node, seedMode: "random" as const } : node)) };
    const seedOf = (workflow: Workflow) => withSeedsForRun(workflow, () => 7, { targets: ["patches"] }).nodes.find(({ id }) => id === "unmasker")!.params.seed;
    expect(seedOf(folded(steered, [card("patches")], random))).toBe(7);
    expect(seedOf(folded(steered, [card("patches", { mode: "muted" })], random))).toBe(42);
  });
});

describe("modes", () => {
  test("a muted subgraph mutes what lies in it and what depends on it", () => {
    const workflow = folded({ decode: "end" }, [card("end", { mode: "muted" })]);
    expect([...mutedNodes(workflow)].sort()).toEqual(["decode", "end", "save"]);
    expect(workflowProblems(workflow)).toEqual([]);
  });

  test("a bypassed one passes to each output the first input of its type, and leaves open what it has nothing for", () => {
    const second: WorkflowNode = { id: "second", type: "save-image", version: 1, position: { x: 0, y: 0 }, params: {} };
    const longer: Workflow = { ...graph, nodes: [...graph.nodes, second], edges: [...graph.edges, { source: "save", sourcePort: "image", target: "second", targetPort: "image" }] };
    expect(plain(folded({ save: "saving" }, [card("saving", { mode: "bypassed" })], longer)).edges.find(({ target }) => target === "second")).toMatchObject({ source: "decode", sourcePort: "image" });
    const open = folded(steered, [card("patches", { mode: "bypassed" })]);
    expect(plain(open).nodes.map(({ id }) => id)).toEqual(["prompt", "text", "sampler", "decode", "save"]);
    expect(plain(open).edges.some(({ targetPort }) => targetPort === "control")).toBe(false);
  });

  test("the outermost mode counts", () => {
    const nested = (outer: WorkflowNode["mode"], inner: WorkflowNode["mode"]) => plain(folded(steered, [card("patches", { inside: "all", mode: inner }), card("all", { mode: outer })])).nodes.map(({ id }) => id);
    expect(nested("bypassed", "muted")).toEqual(["prompt", "text", "sampler", "decode", "save"]);
    expect(nested("muted", "bypassed")).toEqual(["prompt", "text"]);
  });

  test("one that would feed a node with what the node gave it is said to be in a loop", () => {
    const first: WorkflowNode = { id: "first", type: "save-image", version: 1, position: { x: 0, y: 0 }, params: {} };
    const base: Workflow = { ...graph, nodes: [...graph.nodes, first], edges: [...graph.edges, { source: "save", sourcePort: "image", target: "first", targetPort: "image" }] };
    // What the subgraph gives to Save Image would be the one picture it gets: Save Image's own.
    const problems = workflowProblems(folded({ first: "both", decode: "both" }, [card("both", { mode: "bypassed" })], base));
    expect(problems).toMatchObject([{ nodeId: "save", message: "Save Image is part of a loop.", remedy: "Take the subgraph it is connected to out of bypass." }]);
  });
});

describe("what a card shows", () => {
  const exposed: Exposed = { inputs: [], outputs: [], params: [] };

  test("whatever crosses its border has a port; what one output feeds is one input", () => {
    const workflow = folded({ text: "reading", unmasker: "reading" }, [card("reading")]);
    const { inputs, outputs } = cardPorts(workflow, "reading");
    expect(Object.values(inputs)).toEqual([{ type: "text", title: "Prompt", places: [{ node: "text", port: "text" }, { node: "unmasker", port: "text" }] }]);
    expect(Object.keys(outputs)).toEqual(["unmasker.patches", "text.conditioning"]);
  });

  test("chosen ports come first, in their order and by their names; what is fed inside, gone or of another type is not among them", () => {
    const workflow = folded(steered, [
      card("patches", {
        exposed: {
          inputs: [
            { title: "Words", places: [{ node: "unmasker", port: "text" }, { node: "controlnet", port: "control" }, { node: "downsampler", port: "nothing" }] },
            { places: [{ node: "downsampler", port: "patches" }] },
            { places: [{ node: "ghost", port: "text" }] },
            { places: [{ node: "text", port: "text" }] },
          ],
          outputs: [{ node: "unmasker", port: "patches", title: "Latents" }, { node: "unmasker", port: "patches" }],
          params: [{ node: "unmasker", param: "seed" }, { node: "unmasker", param: "seed" }, { node: "unmasker", param: "__proto__" }, { node: "sampler", param: "seed" }],
        },
      }),
    ]);
    const { inputs, outputs } = cardPorts(workflow, "patches");
    expect(Object.entries(inputs).map(([key, { title }]) => [key, title])).toEqual([["unmasker.text", "Words"]]);
    expect(Object.entries(outputs).map(([key, { title }]) => [key, title])).toEqual([["unmasker.patches", "Latents"], ["controlnet.conditioning", "Control"]]);
    expect(cardParams(workflow, "patches")).toEqual([{ node: "unmasker", param: "seed", title: "Seed" }]);
  });

  test("two of one name say whose they are", () => {
    const workflow = folded(steered, [card("patches", { exposed: { ...exposed, outputs: [{ node: "unmasker", port: "patches" }, { node: "downsampler", port: "control" }, { node: "controlnet", port: "conditioning", title: "Patch latents" }] } })]);
    expect(Object.values(cardPorts(workflow, "patches").outputs).map(({ title }) => title)).toEqual([expect.stringContaining("Visual-Branch Unmasker: "), expect.any(String), "Patch latents"]);
  });

  test("a node that goes takes what cards show of it along, and a subgraph what lies in it", () => {
    const workflow: Workflow = { ...folded(steered, [card("patches", { inside: "all" }), card("all", { exposed: { inputs: [{ places: [{ node: "unmasker", port: "text" }, { node: "downsampler", port: "patches" }] }], outputs: [{ node: "unmasker", port: "patches" }], params: [{ node: "unmasker", param: "seed" }] } })]), notes: [{ id: "note", text: "", inside: "patches", position: { x: 0, y: 0 }, size: { width: 100, height: 100 } }] };
    const less = withoutNodes(workflow, new Set(["unmasker"]));
    expect(less.nodes.find(({ id }) => id === "all")!.exposed).toEqual({ ...exposed, inputs: [{ places: [{ node: "downsampler", port: "patches" }] }] });
    const gone = withoutNodes(workflow, new Set(["patches"]));
    expect(gone.nodes.map(({ id }) => id)).toEqual(["prompt", "text", "sampler", "decode", "save", "all"]);
    expect(gone.edges.every(({ source, target }) => source !== "controlnet" && target !== "unmasker")).toBe(true);
    expect(gone.notes).toBeUndefined();
  });
});

describe("bad files", () => {
  const parse = (workflow: Workflow) => workflowSchema.safeParse(JSON.parse(JSON.stringify(workflow)));

  test("a subgraph in itself, at any distance, is refused by name", () => {
    expect(parse(folded({}, [card("a", { inside: "b" }), card("b", { inside: "a" })])).error?.issues[0]).toMatchObject({ path: ["nodes", 8, "inside"], message: "The subgraph “a” lies in itself." });
    expect(parse(folded({}, [card("a", { inside: "a" })])).success).toBe(false);
  });

  test("nesting has an end", () => {
    const chain = (length: number) => Array.from({ length }, (_, at) => card(`s${at}`, at === 0 ? {} : { inside: `s${at - 1}` }));
    expect(parse(folded({ prompt: `s${deepestNesting - 1}` }, chain(deepestNesting))).success).toBe(true);
    expect(parse(folded({ prompt: `s${deepestNesting}` }, chain(deepestNesting + 1))).error?.issues[0]?.message).toContain("more than 16 subgraphs");
  });

  test("a chain into a loop ends, too", () => {
    expect(parse(folded({ prompt: "c" }, [card("c", { inside: "a" }), card("a", { inside: "b" }), card("b", { inside: "a" })])).success).toBe(false);
    expect(nestingOf(folded({ prompt: "c" }, [card("c", { inside: "a" }), card("a", { inside: "b" }), card("b", { inside: "a" })]).nodes).holdersOf("prompt")).toEqual(["c", "a", "b"]);
  });

  test("names every object has are refused as ids", () => {
    const named = JSON.parse(JSON.stringify(folded(steered, [card("patches", { exposed: { inputs: [], outputs: [], params: [{ node: "__proto__", param: "seed" }] } })])));
    expect(workflowSchema.safeParse(named).success).toBe(false);
    expect(parse(folded({ prompt: "constructor" }, [])).success).toBe(false);
  });

  test("an edge that ends at a subgraph is said, and can be removed", () => {
    const edge = { source: "patches", sourcePort: "unmasker.patches", target: "save", targetPort: "image" };
    const workflow: Workflow = { ...folded(steered, [card("patches")]), edges: [...graph.edges.filter(({ target }) => target !== "save"), edge] };
    const problem = workflowProblems(workflow).find(({ edgeId }) => edgeId !== undefined)!;
    expect(problem.message).toBe("An edge ends at the subgraph “patches” itself; edges join the nodes in it.");
    expect(applyFix(workflow, fixOf(workflow, problem)!).edges).not.toContainEqual(edge);
  });
});

test("everything in a workflow that was folded is as it was", () => {
  const { nodes } = folded(steered, [card("patches")]);
  expect(without({ ...graph, nodes }).filter(({ type }) => type !== "subgraph")).toEqual(graph.nodes);
});
