import { expect, test } from "vitest";
import { effectiveWorkflow, mutedNodes } from "./bypass";
import { workflowProblems } from "./problems";
import { findPreset } from "./presets";
import type { NodeMode, Workflow } from "./workflow";

const graph = findPreset("text-to-image")!.graph;
const withMode = (modes: Record<string, NodeMode>): Workflow => ({ ...graph, nodes: graph.nodes.map((node) => (modes[node.type] ? { ...node, mode: modes[node.type] } : node)) });
const types = (workflow: Workflow, ids: Iterable<string>) => [...ids].map((id) => workflow.nodes.find((node) => node.id === id)!.type).sort();

test("without modes nothing changes", () => {
  expect(effectiveWorkflow(graph)).toBe(graph);
});

test("muting takes along whatever depends on the node, and nothing else", () => {
  const workflow = withMode({ "vae-decode": "muted" });
  expect(types(workflow, mutedNodes(workflow))).toEqual(["save-image", "vae-decode"]);
  expect(types(workflow, effectiveWorkflow(workflow).nodes.map(({ id }) => id))).not.toContain("save-image");
  expect(workflowProblems(workflow)).toEqual([]);
});

test("a bypassed node passes on what it has of the output's type", () => {
  const extra = { id: "second", type: "save-image", version: 1, position: { x: 0, y: 0 }, params: {} };
  const save = graph.nodes.find(({ type }) => type === "save-image")!;
  const workflow = withMode({ "save-image": "bypassed" });
  const longer: Workflow = { ...workflow, nodes: [...workflow.nodes, extra], edges: [...workflow.edges, { source: save.id, sourcePort: "image", target: "second", targetPort: "image" }] };
  const into = effectiveWorkflow(longer).edges.find(({ target }) => target === "second");
  expect(longer.nodes.find(({ id }) => id === into?.source)?.type).toBe("vae-decode");
});

test("one that has nothing to pass leaves an optional input open, and a required one is said", () => {
  expect(workflowProblems(withMode({ controlnet: "bypassed" }))).toEqual([]);
  const problems = workflowProblems(withMode({ "vae-decode": "bypassed" }));
  expect(problems[0]?.message).toContain("the bypassed node before it has no input of type image");
});

test("bypassed nodes in a loop do not hang", () => {
  const workflow = withMode({ "save-image": "bypassed" });
  const save = graph.nodes.find(({ type }) => type === "save-image")!;
  const looped: Workflow = { ...workflow, edges: [...workflow.edges.filter(({ target }) => target !== save.id), { source: save.id, sourcePort: "image", target: save.id, targetPort: "image" }] };
  expect(effectiveWorkflow(looped).edges.some(({ target }) => target === save.id)).toBe(false);
});
