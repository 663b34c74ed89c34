import { expect, test } from "vitest";
import { english } from "@/app/i18n/translator";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { unstartedRun } from "@/nodes/run-events";
import { graphDifferences, runDifferences } from "./run-differences";

const node = (id: string, type: string, params: WorkflowNode["params"] = {}): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params });
const graph = (nodes: WorkflowNode[], edges: Workflow["edges"] = []): Workflow => ({ format: "bifrost-workflow", formatVersion: 1, nodes, edges });

test("a param that was never touched has its default on both sides", () => {
  const a = graph([node("s", "flux-sampler")]);
  const { steps } = { steps: 8 };
  expect(graphDifferences(a, graph([{ ...node("s", "flux-sampler"), position: { x: 99, y: 0 }, title: "Renamed" }]), english)).toEqual([]);
  const changed = graphDifferences(a, graph([node("s", "flux-sampler", { steps })]), english);
  expect(changed).toEqual([{ key: "s Steps", node: "FLUX Sampler", what: "Steps", a: expect.stringMatching(/^\d+$/), b: "8" }]);
});

test("params first, then inputs, then nodes that only one has; an input fed from elsewhere is one line", () => {
  const edge = (source: string, sourcePort: string, target: string, targetPort: string) => ({ source, sourcePort, target, targetPort });
  const a = graph([node("one", "prompt", { text: "a cat" }), node("two", "prompt", { text: "a dog" }), node("t", "text-encoder")], [edge("one", "text", "t", "text")]);
  const b = graph([node("one", "prompt", { text: "a bat" }), node("two", "prompt", { text: "a dog" }), node("t", "text-encoder"), node("d", "vae-decode")], [edge("two", "text", "t", "text")]);
  expect(graphDifferences(a, b, english).map(({ node: where, what, a: ours, b: theirs }) => [where, what, ours, theirs])).toEqual([
    ["Prompt", "Prompt", "a cat", "a bat"],
    ["Text Encoder", "input Prompt", "Prompt (one)", "Prompt (two)"],
    ["VAE Decode", null, "–", "there"],
  ]);
});

test("another checkpoint is a difference, where both runs say what they were computed with", () => {
  const run = (checkpoint?: string) => ({ graph: graph([node("s", "flux-sampler")]), state: { ...unstartedRun, ...(checkpoint && { checkpoint }) } });
  expect(runDifferences(run("a".repeat(64)), run("b".repeat(64)), english)).toEqual([{ key: "checkpoint", node: "checkpoint", what: null, a: "aaaaaaaaaaaa", b: "bbbbbbbbbbbb" }]);
  expect(runDifferences(run("a"), run("a"), english)).toEqual([]);
  expect(runDifferences(run("a"), run(), english)).toEqual([]);
});
