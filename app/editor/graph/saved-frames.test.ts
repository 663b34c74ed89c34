import { describe, expect, it } from "vitest";
import { findPreset } from "@/nodes/presets";
import { workflowProblems } from "@/nodes/problems";
import { edgeInto, type Workflow, workflowSchema } from "@/nodes/workflow";
import { nodeOf } from "./lookup";
import { deleteNodes, setParam } from "./operations";
import { sizeOf } from "./node-size";
import { continuableTensor, continueFrom, pinFrame, type SavedFrame, savedTypeOf, remakePatches } from "./saved-frames";

const preset = findPreset("text-to-image")!.graph;
const hash = "a".repeat(64);
const step = (nodeId: string, number: number | null, tensor = "latents"): SavedFrame => ({ nodeId, step: number, tensors: hash, tensor, from: `${nodeId} at ${number ?? "the end"}` });
const idOf = (workflow: Workflow, type: string) => workflow.nodes.find((node) => node.type === type)!.id;
const sampler = idOf(preset, "flux-sampler");
/** More steps than any that is gone on from here. */
const graph = setParam(preset, sampler, "steps", 28);
const unmasker = idOf(graph, "visual-branch-unmasker");
const sound = (workflow: Workflow) => {
  expect(workflowSchema.parse(workflow)).toEqual(workflow);
  expect(workflowProblems(workflow)).toEqual([]);
};

it("tells what can be pinned by name and shape", () => {
  expect(savedTypeOf([1, 16, 16, 16], "latents")).toBe("saved-latents");
  expect(savedTypeOf([1, 16, 16, 16], "denoised")).toBe("saved-latents");
  expect(savedTypeOf([1, 64, 256], "patch_latents")).toBe("saved-patches");
  expect(savedTypeOf([1, 64], "mask")).toBeNull();
  expect(savedTypeOf([2, 64, 256], "patch_latents")).toBeNull();
  expect(savedTypeOf([1, 1, 2048], "logits")).toBeNull();
});

describe("pinning", () => {
  it("adds an unconnected node below, that says where it is from", () => {
    const { workflow, ids } = pinFrame(graph, step(sampler, 12, "denoised"), new Map([[sampler, { width: 216, height: 400 }]]));
    const node = nodeOf(workflow, ids[0]!)!;
    expect(node).toMatchObject({ type: "saved-latents", params: { tensors: hash, tensor: "denoised", from: `${sampler} at 12` } });
    expect(node.position).toEqual({ x: nodeOf(graph, sampler)!.position.x, y: nodeOf(graph, sampler)!.position.y + 448 });
    expect(workflow.edges).toEqual(graph.edges);
    sound(workflow);
  });

  it("keeps the grid of patches", () => {
    const { workflow, ids } = pinFrame(graph, { ...step(unmasker, null, "patch_latents"), grid: { rows: 4, columns: 16 } });
    expect(nodeOf(workflow, ids[0]!)).toMatchObject({ type: "saved-patches", params: { rows: 4, columns: 16, from: `${unmasker} at the end` } });
    sound(workflow);
  });

  it("puts the second beside the first, and over no other card", () => {
    const first = pinFrame(graph, step(sampler, 1));
    const second = pinFrame(first.workflow, step(sampler, 2));
    const [a, b] = [nodeOf(second.workflow, first.ids[0]!)!.position, nodeOf(second.workflow, second.ids[0]!)!.position];
    expect(b).not.toEqual(a);
    const box = (id: string) => ({ ...nodeOf(second.workflow, id)!.position, ...sizeOf(nodeOf(second.workflow, id)!, new Map()) });
    const pinned = box(second.ids[0]!);
    for (const { id } of first.workflow.nodes) {
      const { x, y, width, height } = box(id);
      expect(pinned.x >= x + width || x >= pinned.x + pinned.width || pinned.y >= y + height || y >= pinned.y + pinned.height, id).toBe(true);
    }
  });

  it("of a node that is gone changes nothing", () => {
    const without = deleteNodes(graph, new Set([sampler]));
    expect(pinFrame(without, step(sampler, 1))).toEqual({ workflow: without, ids: [] });
  });
});

describe("continuing", () => {
  it("in place: the saved latents feed the sampler, which starts after that step", () => {
    const { workflow, ids } = continueFrom(graph, step(sampler, 12), "in place");
    expect(ids).toEqual([sampler]);
    expect(nodeOf(workflow, sampler)!.params.start).toBe(12);
    const edge = edgeInto(workflow, sampler, "latents")!;
    expect(nodeOf(workflow, edge.source)).toMatchObject({ type: "saved-latents", params: { tensors: hash, tensor: "latents" } });
    expect(workflow.nodes).toHaveLength(graph.nodes.length + 1);
    sound(workflow);
  });

  it("again in place: the new step takes the place of the old one", () => {
    const once = continueFrom(graph, step(sampler, 12), "in place").workflow;
    const twice = continueFrom(once, step(sampler, 20), "in place").workflow;
    expect(nodeOf(twice, sampler)!.params.start).toBe(20);
    expect(twice.edges.filter(({ target, targetPort }) => target === sampler && targetPort === "latents")).toHaveLength(1);
    sound(twice);
  });

  it("as a branch: a copy with all that follows, fed as the original is; the original stays as it was", () => {
    const { workflow, ids } = continueFrom(graph, step(sampler, 12), "as a branch");
    const copy = nodeOf(workflow, ids[0]!)!;
    expect(copy.id).not.toBe(sampler);
    expect(copy).toMatchObject({ type: "flux-sampler", params: { ...nodeOf(graph, sampler)!.params, start: 12 } });
    for (const node of graph.nodes) expect(nodeOf(workflow, node.id)).toBe(node);
    for (const port of ["conditioning", "control"]) expect(edgeInto(workflow, copy.id, port)?.source).toBe(edgeInto(graph, sampler, port)!.source);
    const decode = workflow.edges.find(({ source }) => source === copy.id)!.target;
    expect(nodeOf(workflow, decode)?.type).toBe("vae-decode");
    const count = (type: string) => workflow.nodes.filter((node) => node.type === type).length;
    expect(["flux-sampler", "vae-decode", "save-image", "visual-branch-unmasker", "prompt"].map(count)).toEqual([2, 2, 2, 1, 1]);
    sound(workflow);
  });

  it("of the unmasker feeds its known patches", () => {
    const { workflow } = continueFrom(graph, step(unmasker, 2), "in place");
    expect(nodeOf(workflow, edgeInto(workflow, unmasker, "known")!.source)).toMatchObject({ type: "saved-patches", params: { tensor: "patch_latents", mask: true } });
    sound(workflow);
  });

  it("is not offered after the last step, for a result, or for other nodes; then nothing changes", () => {
    const short = setParam(graph, sampler, "steps", 12);
    expect(continuableTensor(short, step(sampler, 11))).toBe("latents");
    for (const frame of [step(sampler, 12), step(sampler, null), step(idOf(graph, "vae-decode"), 1), step("nowhere", 1)]) {
      expect(continuableTensor(short, frame)).toBeNull();
      expect(continueFrom(short, frame, "in place")).toEqual({ workflow: short, ids: [] });
    }
  });
});

it("patches made anew: the step's patches through a mask to paint on, into the unmasker's known patches", () => {
  const { workflow, ids } = remakePatches(graph, step(unmasker, 4));
  const mask = edgeInto(workflow, unmasker, "known")!.source;
  expect(ids).toEqual([mask]);
  expect(nodeOf(workflow, mask)?.type).toBe("patch-mask");
  expect(nodeOf(workflow, edgeInto(workflow, mask, "patches")!.source)).toMatchObject({ type: "saved-patches", params: { tensor: "patch_latents" } });
  sound(workflow);
  expect(remakePatches(graph, step(sampler, 4))).toEqual({ workflow: graph, ids: [] });
});
