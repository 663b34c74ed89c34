import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findPreset } from "./presets";
import { ancestors, connectionProblem, cycleNodes, workflowProblems } from "./problems";
import { said } from "@/models/said";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}, version = 1): WorkflowNode => ({ id, type, version, position: { x: 0, y: 0 }, params });
const edge = (text: string): WorkflowEdge => {
  const [source, sourcePort, target, targetPort] = text.split(/[. >]+/) as [string, string, string, string];
  return { source, sourcePort, target, targetPort };
};
const workflow = (nodes: WorkflowNode[], edges: string[] = []): Workflow => ({ ...emptyWorkflow, nodes, edges: edges.map(edge) });
const messages = (graph: Workflow) => workflowProblems(graph).map(({ message }) => message);

describe("bad workflows", () => {
  test("an unknown type is named", () => {
    expect(messages(workflow([node("a", "upscaler")]))).toEqual(["This program knows no node type “upscaler”."]);
  });

  test("a newer version is refused and both versions said", () => {
    expect(messages(workflow([node("a", "prompt", {}, 7)]))[0]).toContain("newer version (7; this program has 1)");
  });

  test("a missing required input names the input", () => {
    const [problem] = workflowProblems(workflow([node("a", "vae-decode")]));
    expect(problem).toMatchObject({ nodeId: "a", port: "latents" });
  });

  test("an optional input may stay open", () => {
    const preset = findPreset("flux-alone")!.graph;
    expect(workflowProblems(preset)).toEqual([]);
  });

  test("two edges into one input", () => {
    const graph = workflow([node("p", "prompt"), node("q", "prompt"), node("t", "text-encoder")], ["p.text > t.text", "q.text > t.text"]);
    expect(messages(graph)).toEqual([expect.stringContaining("two edges feed “text”")]);
  });

  test("an edge of the wrong type", () => {
    const graph = workflow([node("p", "prompt"), node("d", "vae-decode")], ["p.text > d.latents"]);
    expect(messages(graph)).toEqual([expect.stringContaining("takes latents, not text")]);
  });

  test("ports that do not exist, and nodes that do not", () => {
    const graph = workflow([node("p", "prompt"), node("t", "text-encoder")], ["p.words > t.text", "ghost.text > t.text"]);
    expect(messages(graph).join(" ")).toContain("no output named “words”");
    expect(messages(graph).join(" ")).toContain("ghost is not in this workflow");
  });

  test("two nodes with one id", () => {
    expect(messages(workflow([node("p", "prompt"), node("p", "prompt")]))).toEqual(["Two nodes share the id “p”."]);
  });

  test.each([
    ["prompt", { text: "" }, "text", "Write what the picture should show."],
    ["prompt", { text: "x".repeat(10_000) }, "text", "at most 2,000 characters"],
    ["flux-sampler", { steps: 0 }, "steps", "FLUX Sampler: Steps: At least 1."],
    ["flux-sampler", { steps: 1000 }, "steps", "At most 200."],
    ["flux-sampler", { steps: 1.5 }, "steps", "Should be a whole number."],
    ["flux-sampler", { steps: "many" }, "steps", "Should be a number."],
    ["flux-sampler", { width: 100 }, "width", "multiple of 16"],
    ["flux-sampler", { seed: -1 }, "seed", ""],
    ["controlnet", { start: 0.8, end: 0.2 }, "end", "End must not come before start."],
    ["save-image", { name: "../../etc/passwd" }, "name", "A file name"],
    ["save-image", { name: ".hidden" }, "name", "A file name"],
    ["load-image", { image: { hash: "../x", name: "x" } }, "image", ""],
    ["load-image", {}, "image", "Load Image has no picture yet."],
    ["saved-latents", {}, "tensors", "Saved Latents has no saved latents yet."],
    ["saved-patches", { tensors: "" }, "tensors", "Saved Patches has no saved patches yet."],
    ["saved-patches", { tensors: "../../etc/passwd" }, "tensors", "64 hexadecimal digits"],
    ["flux-sampler", { start: 3 }, "start", "Needs the input “Start latents”."],
    ["flux-sampler", { start: 4, steps: 4 }, "start", "Start must come before the last step."],
    ["patch-mask", { patches: [-1] }, "patches", "At least 0."],
  ] as const)("%s with %j is refused on its param", (type, params, param, words) => {
    const problem = workflowProblems(workflow([node("a", type, params as never)])).find((candidate) => candidate.param === param);
    expect(problem?.nodeId).toBe("a");
    expect(problem?.message).toContain(words);
  });
});

test("a param that needs an input is fine with it, and at its default without", () => {
  const sampler = (start: number) => [node("s", "flux-sampler", { start }), node("l", "saved-latents", { tensors: "0".repeat(64) })];
  const problems = (start: number, edges: string[]) => workflowProblems(workflow(sampler(start), edges)).filter(({ param }) => param === "start");
  expect(problems(3, ["l.latents > s.latents"])).toEqual([]);
  expect(problems(0, [])).toEqual([]);
  expect(problems(3, [])).toMatchObject([{ nodeId: "s", remedy: "Connect an output of type latents, or set it to 0." }]);
});

describe("loops", () => {
  const looped = workflow([node("a", "visual-branch-unmasker"), node("b", "visual-branch-unmasker"), node("p", "prompt")], [
    "a.patches > b.known", "b.patches > a.known", "p.text > a.text", "p.text > b.text",
  ]);

  test("every node on the loop is marked, no other", () => {
    expect(new Set(cycleNodes(looped))).toEqual(new Set(["a", "b"]));
    expect(workflowProblems(looped).map(({ nodeId }) => nodeId).sort()).toEqual(["a", "b"]);
  });

  test("neither what leads into a loop nor what follows it is on it; an edge from nowhere makes none", () => {
    const followed = workflow([...looped.nodes, node("d", "latent-downsampler")], ["a.patches > b.known", "b.patches > a.known", "p.text > a.text", "a.patches > d.patches", "gone.text > p.text"]);
    expect(new Set(cycleNodes(followed))).toEqual(new Set(["a", "b"]));
  });

  test("closing a loop is refused, replacing an edge is not", () => {
    const open: Workflow = { ...looped, edges: looped.edges.filter(({ source }) => source !== "b") };
    expect(connectionProblem(open, edge("b.patches > a.known"))?.text).toContain("loop");
    expect(connectionProblem(open, edge("a.patches > b.known"))).toBeNull();
    expect(connectionProblem(open, edge("a.patches > a.known"))).toEqual(said("A node cannot feed itself."));
  });
});

/** Any acyclic graph: edges lead from a lower to a higher index. */
const acyclic = fc.integer({ min: 1, max: 30 }).chain((size) =>
  fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 80 }).map((pairs) => {
    const ids = Array.from({ length: size }, (_, i) => `n${i}`);
    const edges = pairs.filter(([a, b]) => a < b).map(([a, b]) => edge(`n${a}.patches > n${b}.known`));
    return { ...emptyWorkflow, nodes: ids.map((id) => node(id, "visual-branch-unmasker")), edges };
  }),
);

test("ancestors come before what needs them, each once", () => {
  fc.assert(
    fc.property(acyclic, (graph) => {
      const last = graph.nodes.at(-1)!.id;
      const order = ancestors(graph, [last]);
      expect(new Set(order).size).toBe(order.length);
      const at = new Map(order.map((id, index) => [id, index]));
      for (const { source, target } of graph.edges) if (at.has(target)) expect(at.get(source)!).toBeLessThan(at.get(target)!);
      expect(cycleNodes(graph)).toEqual([]);
    }),
  );
});

test("a chain of 5,000 nodes does not overflow the stack", () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  const graph = { ...emptyWorkflow, nodes: ids.map((id) => node(id, "visual-branch-unmasker")), edges: ids.slice(1).map((id, i) => edge(`n${i}.patches > ${id}.known`)) };
  expect(ancestors(graph, ["n4999"])).toEqual(ids);
});
