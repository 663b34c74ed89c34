import { describe, expect, test } from "vitest";
import { asField, asInput, inputsOf, paramPort, withFedParams } from "./param-inputs";
import { applyFix, fixOf } from "./problem-fixes";
import { connectionProblem, workflowProblems } from "./problems";
import { inEnglish } from "@/models/said";
import { withSeedsForRun } from "./seeds";
import { specs } from "./specs";
import { instancesOf, planSweeps } from "./sweeps";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode, workflowSchema } from "./workflow";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}, rest: Partial<WorkflowNode> = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params, ...rest });
const edge = (text: string): WorkflowEdge => {
  const [source, sourcePort, target, targetPort] = text.split(/[. >]+/) as [string, string, string, string];
  return { source, sourcePort, target, targetPort };
};
const workflow = (nodes: WorkflowNode[], edges: string[] = []): Workflow => workflowSchema.parse({ ...emptyWorkflow, nodes, edges: edges.map(edge) });

/** One Whole Number for the steps of two samplers. */
const shared = (value: unknown, rest: Partial<WorkflowNode> = {}) =>
  workflow(
    [node("n", "integer", { value: value as never }, rest), node("a", "flux-sampler", { steps: 4, seed: 1 }, { paramInputs: ["steps"] }), node("b", "flux-sampler", { seed: 2 }, { paramInputs: ["steps"] })],
    ["n.value > a.steps", "n.value > b.steps"],
  );
const messages = (graph: Workflow) => workflowProblems(graph).map(({ nodeId, param, message }) => `${nodeId} ${param}: ${message}`);
const about = (graph: Workflow, param: string) => messages(graph).filter((line) => line.includes(` ${param}: `));

test("no param that can be an input is called like an input of its type: an edge tells them apart by name alone", () => {
  for (const spec of Object.values(specs)) expect(Object.keys(spec.params.shape).filter((name) => paramPort(spec, name) && Object.hasOwn(spec.inputs, name))).toEqual([]);
});

test("every constant gives the value of one param at its one output", () => {
  for (const spec of Object.values(specs)) {
    if (!("constant" in spec)) continue;
    expect(Object.keys(spec.outputs)).toHaveLength(1);
    expect(Object.keys(spec.params.shape)).toEqual([spec.constant]);
  }
});

describe("turning a param into an input", () => {
  const graph = workflow([node("a", "flux-sampler", { steps: 7 }, { sweeps: { steps: { kind: "list", values: [1, 2] }, seed: { kind: "list", values: [1] } } })]);

  test("adds its port, drops its sweep and keeps its value; turned back, it is a field again without its edge", () => {
    const input = asInput(asInput(graph, "a", "width"), "a", "steps");
    expect(input.nodes[0]).toMatchObject({ paramInputs: ["steps", "width"], params: { steps: 7 }, sweeps: { seed: { kind: "list", values: [1] } } });
    expect(Object.keys(inputsOf(input.nodes[0])!)).toEqual([...Object.keys(specs["flux-sampler"].inputs), "steps", "width"]);
    expect(asInput(input, "a", "steps")).toBe(input);
    const fed = { ...input, nodes: [...input.nodes, node("n", "number", { value: 3 })], edges: [edge("n.value > a.steps")] };
    const field = asField(fed, "a", "steps");
    expect(field.edges).toEqual([]);
    expect(field.nodes[0]!.params.steps).toBe(7);
    expect(asField(field, "a", "width").nodes[0]).not.toHaveProperty("paramInputs");
    expect(asField(field, "a", "steps")).toBe(field);
  });

  test("leaves alone what is chosen by hand, and what the type has not", () => {
    expect(asInput(graph, "a", "constructor")).toBe(graph);
    expect(asInput(graph, "nobody", "steps")).toBe(graph);
    const picture = workflow([node("p", "load-image", { image: null })]);
    expect(asInput(picture, "p", "image")).toBe(picture);
  });
});

describe("what may feed a param", () => {
  const graph = workflow([
    node("a", "flux-sampler", {}, { paramInputs: ["steps"] }),
    node("s", "save-image", { name: "x" }, { paramInputs: ["name"] }),
    node("n", "number", { value: 1 }),
    node("t", "text", { text: "t" }),
    node("d", "describe-image", {}),
  ]);
  test.each([
    ["n.value > a.steps", null],
    ["t.text > s.name", null],
    ["t.text > a.steps", "This input takes number, not text."],
    ["d.text > s.name", "A param is known before the run; what Describe Image gives is computed in it."],
    ["n.value > a.guidance", "FLUX Sampler has no input named “guidance”."],
  ])("%s: %s", (text, problem) => {
    const found = connectionProblem(graph, edge(text));
    expect(found && inEnglish(found)).toBe(problem);
  });
});

describe("values that arrive", () => {
  test("one constant feeds many nodes, through others that only pass it on", () => {
    expect(withFedParams(shared(12)).map(({ params }) => params.steps)).toEqual([undefined, 12, 12]);
    const chain = workflow(
      [node("t", "text", { text: "a cat" }), node("p", "prompt", { text: "kept" }, { paramInputs: ["text"] }), node("s", "save-image", { name: "kept" }, { paramInputs: ["name"] })],
      ["t.text > p.text", "p.text > s.name"],
    );
    expect(withFedParams(chain).slice(1).map(({ params }) => params.text ?? params.name)).toEqual(["a cat", "a cat"]);
  });

  test("a loop of constants feeds nothing and ends", () => {
    const loop = workflow([node("p", "prompt", { text: "p" }, { paramInputs: ["text"] }), node("q", "prompt", { text: "q" }, { paramInputs: ["text"] })], ["p.text > q.text", "q.text > p.text"]);
    expect(withFedParams(loop)).toEqual(loop.nodes);
    expect(messages(loop).some((line) => line.includes("part of a loop"))).toBe(true);
  });

  test("are written into what runs, which has no edge for them", () => {
    const instances = instancesOf(shared(12), ["n", "a", "b"], []);
    expect(instances.find(({ id }) => id === "a")).toMatchObject({ node: { params: { steps: 12, seed: 1 } }, edges: [] });
    expect(instances.find(({ id }) => id === "a")!.node).not.toHaveProperty("paramInputs");
  });

  test("a swept constant sweeps all it feeds, cell by cell", () => {
    const graph = shared(12, { sweeps: { value: { kind: "list", values: [2, 3] } } });
    const { axes, cells, problems } = planSweeps(graph, new Set(["n", "a", "b"]));
    expect([cells, problems]).toEqual([2, []]);
    const steps = instancesOf(graph, ["n", "a", "b"], axes).map(({ id, node }) => [id, node.params.steps ?? node.params.value]);
    expect(steps).toEqual([["n@0", 2], ["n@1", 3], ["a@0", 2], ["a@1", 3], ["b@0", 2], ["b@1", 3]]);
  });

  test("a fed seed is not drawn anew where it is fed, but where it is written", () => {
    const graph = workflow([node("s", "seed", { seed: 1 }, { seedMode: "random" }), node("a", "flux-sampler", { seed: 5 }, { seedMode: "random", paramInputs: ["seed"] })], ["s.seed > a.seed"]);
    expect(withSeedsForRun(graph, () => 77).nodes.map(({ params }) => params.seed)).toEqual([77, 5]);
  });
});

describe("problems", () => {
  test("a value that does not fit names node, param, value and where it is from; the fix sets it there", () => {
    const graph = shared(300);
    expect(about(graph, "steps")).toEqual(["a steps: FLUX Sampler: Steps: 300 from Whole Number: At most 200.", "b steps: FLUX Sampler: Steps: 300 from Whole Number: At most 200."]);
    const fix = fixOf(graph, workflowProblems(graph).find(({ param }) => param === "steps")!);
    expect(fix).toMatchObject({ kind: "set-param", nodeId: "n", param: "value", value: 200, title: "Set Whole Number to 200" });
    expect(about(applyFix(graph, fix!), "steps")).toEqual([]);
  });

  test("nothing connected is mended by turning it back into a field, and its own value does not count", () => {
    const graph = workflow([node("a", "flux-sampler", { steps: 9999 }, { paramInputs: ["steps"] })]);
    expect(about(graph, "steps")).toEqual(["a steps: FLUX Sampler: Steps: Nothing is connected."]);
    const fix = fixOf(graph, workflowProblems(graph).find(({ param }) => param === "steps")!);
    expect(fix).toMatchObject({ kind: "make-field", title: "Turn back into a field" });
    expect(applyFix(graph, fix!).nodes[0]).not.toHaveProperty("paramInputs");
  });

  test("a bypassed constant is named as the reason", () => {
    const graph = shared(12, { mode: "bypassed" });
    expect(about(graph, "steps")[0]).toBe("a steps: FLUX Sampler: Steps: The node that feeds it is bypassed.");
  });

  test("an edge of another type, or from a node that computes, is said once, and can be removed", () => {
    const wrong = workflow([node("t", "text", { text: "x" }), node("a", "flux-sampler", {}, { paramInputs: ["steps"] })], ["t.text > a.steps"]);
    const [problem, ...others] = workflowProblems(wrong).filter(({ port }) => port === "steps");
    expect([problem!.message, others]).toEqual(["FLUX Sampler: This input takes number, not text.", []]);
    expect(fixOf(wrong, problem!)).toMatchObject({ kind: "disconnect" });
  });

  test("a choice that is none of the choices names them", () => {
    const graph = workflow([node("t", "text", { text: "3 × 3" }), node("d", "latent-downsampler", {}, { paramInputs: ["average"] })], ["t.text > d.average"]);
    expect(about(graph, "average")).toEqual(["d average: Latent Downsampler: Average over: “3 × 3” from Text: Should be one of “none”, “2 × 2”, “4 × 4”, “8 × 8”."]);
  });

  test("a value of a constant's sweep that one of the fed params does not take is said before anything runs", () => {
    const graph = shared(12, { sweeps: { value: { kind: "list", values: [2, 201] } } });
    expect(planSweeps(graph, new Set(["n", "a", "b"])).problems.map(({ nodeId, message }) => `${nodeId}: ${message}`)).toEqual([
      expect.stringMatching(/^a: The sweep of Whole Number: Value holds 201: FLUX Sampler: Steps: /),
      expect.stringMatching(/^b: The sweep of Whole Number: Value holds 201: FLUX Sampler: Steps: /),
    ]);
  });
});
