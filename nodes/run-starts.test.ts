import { expect, test } from "vitest";
import { findPreset } from "./presets";
import { workflowProblems } from "./problems";
import { runStarts, standsInTheWay, startProblems } from "./run-starts";
import { effectiveWorkflow } from "./bypass";
import { emptyWorkflow, type Workflow } from "./workflow";

const { graph } = findPreset("text-to-image")!;
const change = (type: string, mode: "muted" | "bypassed"): Workflow => ({ ...graph, nodes: graph.nodes.map((node) => (node.type === type ? { ...node, mode } : node)) });
const words = (workflow: Workflow, targets?: string[]) => startProblems(workflow, runStarts(workflow, effectiveWorkflow(workflow), targets), targets).map(({ message }) => message);

test("a run is for everything that is saved, or for what is asked for", () => {
  const save = graph.nodes.find(({ type }) => type === "save-image")!;
  expect(runStarts(graph, graph, undefined)).toEqual([save.id]);
  expect(runStarts(graph, graph, ["prompt"])).toEqual(["prompt"]);
  expect(words(graph)).toEqual([]);
});

test("a workflow with nothing to make says so, and why", () => {
  expect(words({ ...graph, nodes: graph.nodes.filter(({ type }) => type === "prompt"), edges: [] })).toEqual(["This workflow makes nothing yet."]);
  expect(words(change("save-image", "muted"))).toEqual(["Everything this workflow would make is muted."]);
  expect(words(graph, ["nothing"])).toEqual(["There is no node “nothing” to run."]);
  expect(words(emptyWorkflow)).toEqual(["This workflow makes nothing yet."]);
});

test("what is wrong with a node nobody needs keeps nothing from running", () => {
  const sampler = graph.nodes.find(({ type }) => type === "flux-sampler")!;
  const loose = { ...graph, nodes: [...graph.nodes, { ...sampler, id: "loose" }] };
  const stands = standsInTheWay(loose, runStarts(loose, loose, undefined));
  expect(workflowProblems(loose).length).toBeGreaterThan(0);
  expect(workflowProblems(loose).filter(stands)).toEqual([]);
  const cut = { ...graph, edges: graph.edges.filter(({ target }) => target !== sampler.id) };
  expect(workflowProblems(cut).filter(standsInTheWay(cut, runStarts(cut, cut, undefined))).map(({ nodeId }) => nodeId)).toContain(sampler.id);
});
