import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPreset } from "./presets";
import { applyFix, fixOf } from "./problem-fixes";
import { workflowProblems } from "./problems";
import { specs } from "./specs";
import { sweepsBefore } from "./sweeps";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode, workflowSchema } from "./workflow";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}, rest: Partial<WorkflowNode> = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params, ...rest });
const edge = (text: string): WorkflowEdge => {
  const [source, sourcePort, target, targetPort] = text.split(/[. >]+/) as [string, string, string, string];
  return { source, sourcePort, target, targetPort };
};
const workflow = (nodes: WorkflowNode[], edges: string[] = []): Workflow => ({ ...emptyWorkflow, nodes, edges: edges.map(edge) });

/** The fix of the one problem that `pick` names. */
function fixIn(graph: Workflow, pick: { param?: string; port?: string; words?: string }) {
  const problem = workflowProblems(graph).find(({ param, port, message }) => (pick.param === undefined || param === pick.param) && (pick.port === undefined || port === pick.port) && message.includes(pick.words ?? ""));
  expect(problem).toBeDefined();
  return fixOf(graph, problem!);
}

describe("params", () => {
  test.each([
    ["flux-sampler", { steps: 0 }, "steps", 1, "Set to 1"],
    ["flux-sampler", { steps: 1000 }, "steps", 200, "Set to 200"],
    ["flux-sampler", { steps: 12.6 }, "steps", 13, "Set to 13"],
    ["flux-sampler", { steps: "many" }, "steps", 28, "Set to 28"],
    ["flux-sampler", { width: 100 }, "width", 96, "Set to 96 px"],
    ["flux-sampler", { width: 5 }, "width", 64, "Set to 64 px"],
    ["flux-sampler", { width: 9000 }, "width", 2048, "Set to 2,048 px"],
    ["flux-sampler", { start: 3 }, "start", 0, "Set to 0"],
    ["controlnet", { strength: -0.5 }, "strength", 0, "Set to 0"],
    ["controlnet", { start: 0.8, end: 0.2 }, "end", 1, "Set to 1"],
    ["latent-downsampler", { average: "3 × 3" }, "average", "none", "Set to none"],
    ["saved-patches", { mask: 3 }, "mask", true, "Set to true"],
  ] as const)("%s with %j", (type, params, param, value, title) => {
    const graph = workflow([node("a", type, params as never)]);
    const fix = fixIn(graph, { param });
    expect(fix).toEqual({ kind: "set-param", nodeId: "a", param, value, title });
    expect(workflowProblems(applyFix(graph, fix!)).filter((problem) => problem.param === param)).toEqual([]);
  });

  test.each([
    ["prompt", { text: "" }, "text"],
    ["prompt", { text: "x".repeat(5000) }, "text"],
    ["load-image", {}, "image"],
    ["saved-latents", {}, "tensors"],
    ["save-image", { name: "../x" }, "name"],
  ] as const)("%s with %j is the person's to say", (type, params, param) => {
    expect(fixIn(workflow([node("a", type, params as never)]), { param })).toBeNull();
  });

  test("a sweep of what is no param is taken away, others stay", () => {
    const graph = workflow([node("a", "prompt", {}, { sweeps: { volume: { kind: "list", values: [1] }, text: { kind: "list", values: ["a"] } } })]);
    const problem = sweepsBefore(graph, []).problems.find(({ param }) => param === "volume")!;
    const fix = fixOf(graph, problem);
    expect(fix).toMatchObject({ kind: "remove-sweep", param: "volume" });
    expect(Object.keys(applyFix(graph, fix!).nodes[0]!.sweeps!)).toEqual(["text"]);
    const fed = workflow([node("a", "prompt", {}, { paramInputs: ["text"], sweeps: { text: { kind: "list", values: ["a"] } } })]);
    expect(fixOf(fed, sweepsBefore(fed, []).problems[0]!)).toMatchObject({ kind: "remove-sweep", param: "text" });
  });
});

describe("inputs", () => {
  const decode = node("d", "vae-decode");
  const sampler = (id: string, rest: Partial<WorkflowNode> = {}) => node(id, "flux-sampler", {}, rest);

  test("the only output of the type is offered, by its node's name", () => {
    const graph = workflow([decode, sampler("s", { title: "My sampler" }), node("p", "prompt")]);
    const fix = fixIn(graph, { port: "latents" });
    expect(fix).toEqual({ kind: "connect", edge: edge("s.latents > d.latents"), title: "Connect My sampler" });
    expect(workflowProblems(applyFix(graph, fix!)).filter(({ nodeId }) => nodeId === "d")).toEqual([]);
  });

  test("with none or two there is no clear one", () => {
    expect(fixIn(workflow([decode]), { port: "latents" })).toBeNull();
    expect(fixIn(workflow([decode, sampler("s"), sampler("t")]), { port: "latents" })).toBeNull();
  });

  test("one that would close a loop, or does not run, is none", () => {
    const mask = node("m", "patch-mask");
    const looped = workflow([mask, node("n", "patch-mask")], ["m.patches > n.patches"]);
    expect(fixIn(looped, { port: "patches" })).toBeNull();
    expect(fixIn(workflow([decode, sampler("s", { mode: "muted" })]), { port: "latents" })).toBeNull();
    expect(fixIn(workflow([decode, sampler("s", { mode: "muted" }), sampler("t")]), { port: "latents" })).toMatchObject({ edge: { source: "t" } });
  });

  test("of two edges into one input, the person chooses", () => {
    const graph = workflow([node("p", "prompt"), node("q", "prompt"), node("t", "text-encoder")], ["p.text > t.text", "q.text > t.text"]);
    expect(fixIn(graph, { words: "two edges" })).toBeNull();
  });

  test("a connection of the wrong type is removed", () => {
    const graph = workflow([node("p", "prompt"), decode], ["p.text > d.latents"]);
    const fix = fixIn(graph, { words: "not text" });
    expect(fix).toMatchObject({ kind: "disconnect", edgeId: "p.text→d.latents" });
    expect(applyFix(graph, fix!).edges).toEqual([]);
  });
});

describe("what is not there", () => {
  test("a node of an unknown type goes, with its connections", () => {
    const graph = workflow([node("u", "upscaler"), node("s", "save-image")], ["u.image > s.image"]);
    const after = applyFix(graph, fixIn(graph, { words: "knows no node type" })!);
    expect(after.nodes.map(({ id }) => id)).toEqual(["s"]);
    expect(after.edges).toEqual([]);
  });

  test("connections to ports and nodes that do not exist go, the others stay", () => {
    const graph = workflow([node("p", "prompt"), node("t", "text-encoder")], ["p.words > t.text", "ghost.text > gone.text", "p.text > t.text"]);
    expect(applyFix(graph, fixIn(graph, { words: "no output named" })!).edges).toEqual(graph.edges.slice(1));
    expect(applyFix(graph, fixIn(graph, { words: "ghost" })!).edges).toEqual([graph.edges[0], graph.edges[2]]);
  });

  test("which edge of a loop is the person's to say; a newer version cannot be mended here", () => {
    const loop = workflow([node("a", "patch-mask"), node("b", "patch-mask")], ["a.patches > b.patches", "b.patches > a.patches"]);
    expect(fixIn(loop, { words: "loop" })).toBeNull();
    expect(fixIn(workflow([node("a", "prompt", { text: "a" }, { version: 7 })]), { words: "newer" })).toBeNull();
  });
});

test("whatever is broken, a fix mends its problem, brings no other, and leaves a workflow that can be saved", () => {
  const preset = findPreset("text-to-image")!.graph;
  const types = Object.keys(specs);
  const oddValue = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  const breakage = fc.oneof(
    fc.tuple(fc.nat(20), fc.nat(20), oddValue).map(([n, p, value]) => (graph: Workflow): Workflow => {
      const at = n % graph.nodes.length;
      const names = Object.keys(graph.nodes[at]!.params);
      if (names.length === 0) return graph;
      return { ...graph, nodes: graph.nodes.map((each, i) => (i === at ? { ...each, params: { ...each.params, [names[p % names.length]!]: value } } : each)) };
    }),
    fc.nat(20).map((n) => (graph: Workflow): Workflow => ({ ...graph, edges: graph.edges.filter((_, i) => i !== n % graph.edges.length) })),
    fc.nat(20).map((n) => (graph: Workflow): Workflow => ({ ...graph, edges: graph.edges.map((each, i) => (i === n % graph.edges.length ? { ...each, sourcePort: "gone" } : each)) })),
    fc.tuple(fc.nat(20), fc.constantFrom(...types, "upscaler")).map(([n, type]) => (graph: Workflow): Workflow => ({ ...graph, nodes: graph.nodes.map((each, i) => (i === n % graph.nodes.length ? { ...each, type } : each)) })),
  );
  let mended = 0;
  fc.assert(
    fc.property(fc.array(breakage, { minLength: 1, maxLength: 4 }), (breakages) => {
      const graph = breakages.reduce((current, make) => make(current), preset);
      const problems = workflowProblems(graph);
      for (const problem of problems) {
        const fix = fixOf(graph, problem);
        if (!fix) continue;
        mended++;
        const after = applyFix(graph, fix);
        expect(workflowSchema.safeParse(after).success).toBe(true);
        const left = workflowProblems(after).map(({ message }) => message);
        expect(left.filter((message) => message === problem.message).length).toBeLessThan(problems.filter(({ message }) => message === problem.message).length);
        // Taking something away may open an input; nothing else gets worse.
        const known = new Set(problems.map(({ message }) => message));
        expect(left.filter((message) => !known.has(message) && !(fix.kind !== "set-param" && fix.kind !== "connect" && /needs its input|Needs the input|gets nothing/.test(message)))).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
  expect(mended).toBeGreaterThan(50);
});
