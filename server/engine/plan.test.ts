/** The order in which a plan's nodes run, in a sweep. */
import { expect, test } from "vitest";
import { emptyWorkflow, type Sweep, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { planRun } from "./plan";

/** prompt → text → sampler → decode → save and describe, with sweeps by node id. */
function pictures(sweeps: Record<string, Record<string, Sweep>>): Workflow {
  const types = { prompt: "prompt", text: "text-encoder", sampler: "flux-sampler", decode: "vae-decode", save: "save-image", words: "describe-image" };
  const edges = ["prompt.text>text.text", "text.conditioning>sampler.conditioning", "sampler.latents>decode.latents", "decode.image>save.image", "decode.image>words.image"];
  return {
    ...emptyWorkflow,
    nodes: Object.entries(types).map(([id, type]): WorkflowNode => ({ id, type, version: 1, position: { x: 0, y: 0 }, params: {}, ...(sweeps[id] && { sweeps: sweeps[id] }) })),
    edges: edges.map((edge) => {
      const [source, sourcePort, target, targetPort] = edge.split(/[.>]/) as [string, string, string, string];
      return { source, sourcePort, target, targetPort };
    }),
  };
}

const order = (workflow: Workflow, targets?: string[]) => planRun(workflow, targets).nodes.map(({ id }) => id);
const list = (...values: (string | number)[]): Sweep => ({ kind: "list", values });

test("a sweep makes one picture after the other, and what needs another large model at the end", () => {
  expect(order(pictures({ sampler: { seed: list(1, 2) } }))).toEqual(["prompt", "text", "sampler@0", "decode@0", "save@0", "sampler@1", "decode@1", "save@1", "words@0", "words@1"]);
});

test("of several prompts all are read before the first picture", () => {
  expect(order(pictures({ prompt: { text: list("a cat", "a dog") } }), ["save"])).toEqual(["prompt@0", "prompt@1", "text@0", "text@1", "sampler@0", "decode@0", "save@0", "sampler@1", "decode@1", "save@1"]);
});

test("every node comes after those it depends on, once", () => {
  const { nodes } = planRun(pictures({ prompt: { text: list("a", "b") }, sampler: { seed: list(1, 2, 3) }, save: { name: list("x", "y") } }));
  const before = new Set<string>();
  for (const { id, edges } of nodes) {
    expect(edges.every(({ source }) => before.has(source))).toBe(true);
    before.add(id);
  }
  expect(nodes).toHaveLength(before.size);
  expect(before.size).toBe(2 + 2 + 6 + 6 + 12 + 6);
});
