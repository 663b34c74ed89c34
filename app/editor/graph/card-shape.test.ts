import { describe, expect, it } from "vitest";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import type { MeasuredSize, PortBox } from "../store/editor-store";
import { cardShape, drawable, withAlike } from "./card-shape";
import { newNode } from "./operations";

function workflowOf(...nodes: [id: string, type: string, rest?: Partial<WorkflowNode>][]): Workflow {
  return { ...emptyWorkflow, nodes: nodes.map(([id, type, rest], at) => ({ ...newNode(emptyWorkflow, type, { x: at * 300, y: at * 7 }), id, ...rest })) };
}

const shapes = (workflow: Workflow) => workflow.nodes.map((node) => cardShape(workflow, node));
const size: MeasuredSize = { width: 230, height: 310 };
const ports: PortBox[] = [{ id: "latents", type: "source", x: 224, y: 60, width: 12, height: 12 }];

describe("cards alike", () => {
  it("differ by place, colour and the value of a number, and are alike", () => {
    const steps = workflowOf(["a", "flux-sampler"], ["b", "flux-sampler", { color: "moss" }]);
    const [a, b] = shapes({ ...steps, nodes: steps.nodes.map((node, at) => ({ ...node, params: { ...node.params, steps: 10 + at } })) });
    expect(a).toBe(b);
  });

  it("are not alike when something shows that takes room", () => {
    const long = (id: string, text: string): Parameters<typeof workflowOf>[number] => [id, "prompt", { params: { text } }];
    const all = shapes(workflowOf(["a", "vae-decode"], ["b", "vae-decode", { title: "Mine" }], ["c", "vae-decode", { collapsed: true }], ["d", "flux-sampler"], long("e", "a cat"), long("f", "a cat\nand\na dog")));
    expect(new Set(all).size).toBe(all.length);
  });

  it("are not alike when they stand for other nodes, or for nodes that are not run", () => {
    const folded = (id: string, mode?: "muted"): WorkflowNode => ({ id, type: "subgraph", version: 1, position: { x: 0, y: 0 }, params: {}, ...(mode && { mode }) });
    const inner = workflowOf(["a", "vae-decode"], ["b", "vae-decode", { inside: "s" }], ["c", "vae-decode", { inside: "t" }]);
    const all = shapes({ ...inner, nodes: [folded("s"), folded("t", "muted"), ...inner.nodes] });
    expect(all[0]).not.toBe(all[1]);
    expect(all[2]).toBe(all[3]);
    expect(all[2]).not.toBe(all[4]);
  });
});

describe("what can be drawn", () => {
  const workflow = workflowOf(["a", "vae-decode"], ["b", "vae-decode"], ["c", "flux-sampler"], ["d", "vae-decode"]);

  it("is the first of each shape, until one of it is measured", () => {
    expect(drawable(workflow, workflow.nodes, new Map()).map(({ id }) => id)).toEqual(["a", "c"]);
    expect(drawable(workflow, workflow.nodes, new Map([["d", size]])).map(({ id }) => id)).toEqual(["a", "c", "d"]);
  });

  it("is everything once sizes are known of all, as the same array", () => {
    expect(drawable(workflow, workflow.nodes, new Map(workflow.nodes.map(({ id }) => [id, size])))).toBe(workflow.nodes);
  });

  it("takes its size and its ports from the card it is like, and keeps what was measured of itself", () => {
    const own = { width: 1, height: 2 };
    const sizes = withAlike(workflow, workflow.nodes, new Map([["a", size], ["d", own]]), ["a"], () => ports);
    expect(sizes.get("b")).toEqual({ ...size, ports });
    expect(sizes.get("d")).toBe(own);
    expect(sizes.has("c")).toBe(false);
  });
});
