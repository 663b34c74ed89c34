import { describe, expect, test } from "vitest";
import { fluxSamplerSpec } from "./flux-sampler/spec";
import { findPreset } from "./presets";
import { workflowProblems } from "./problems";
import { denoisedProbe, type KeptStep, type Probe, samplerAttentionProbe, type StepOfRun, unmaskerAttentionProbe } from "./probes";
import { inEnglish } from "@/models/said";
import { edgeInto, type Workflow, type WorkflowNode, workflowSchema } from "./workflow";

const hash = (step: number) => step.toString(16).padStart(64, "0");
const frames = (count: number, thinned: readonly number[] = []): KeptStep[] =>
  Array.from({ length: count }, (_, i) => ({ step: i + 1, tensors: thinned.includes(i + 1) ? null : { hash: hash(i + 1) } }));

const graph = findPreset("text-to-image")!.graph;
const idOf = (type: string, workflow = graph) => workflow.nodes.find((node) => node.type === type)!.id;
const sampler = idOf("flux-sampler");
const unmasker = idOf("visual-branch-unmasker");

function changed(type: string, change: Partial<WorkflowNode>, workflow: Workflow = graph): Workflow {
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.type === type ? { ...node, ...change } : node)) };
}

const at = (instance: string, step: number, more: Partial<StepOfRun> = {}): StepOfRun => ({ workflow: graph, axes: [], instance, frames: frames(28), step, ...more });

/** The probe's graph, which must be one that runs: valid, without problems, and ending in its target. */
function graphOf(probe: Probe): { graph: Workflow; types: string[]; target: WorkflowNode; feeding: (port: string) => WorkflowNode | undefined } {
  if ("reason" in probe) throw new Error(inEnglish(probe.reason));
  expect(workflowSchema.parse(probe.graph)).toEqual(probe.graph);
  expect(workflowProblems(probe.graph)).toEqual([]);
  const find = (id: string | undefined) => probe.graph.nodes.find((node) => node.id === id);
  const target = find(probe.targets[0])!;
  return { graph: probe.graph, types: probe.graph.nodes.map(({ type }) => type).sort(), target, feeding: (port) => find(edgeInto(probe.graph, target.id, port)?.source) };
}

const reasonOf = (probe: Probe) => ("reason" in probe ? inEnglish(probe.reason) : null);

describe("the expected picture of a step", () => {
  test("is decoded from what was kept of it, and depends on nothing else", () => {
    const { types, target, feeding } = graphOf(denoisedProbe(at(sampler, 3)));
    expect(types).toEqual(["saved-latents", "vae-decode"]);
    expect(target.type).toBe("vae-decode");
    expect(feeding("latents")?.params).toMatchObject({ tensors: hash(3), tensor: "denoised", from: "FLUX Sampler, step 3" });
  });

  test("of a step that was not kept is not to be had; the nearest one is named", () => {
    const thinned = frames(6, [2, 3, 4]);
    expect(reasonOf(denoisedProbe(at(sampler, 4, { frames: thinned })))).toBe("What step 4 computed is not kept any more. The nearest that can be looked at is 5.");
    expect(reasonOf(denoisedProbe(at(sampler, 4, { frames: [] })))).toBe("What step 4 computed is not kept any more. Run this node anew to look at it.");
  });
});

describe("the sampler's attention", () => {
  test("starts from the latents of the step before, with the sampler's own params and what fed it", () => {
    const { types, target, feeding } = graphOf(samplerAttentionProbe(at(sampler, 5)));
    const { steps, guidance, seed, width, height } = fluxSamplerSpec.params.parse(graph.nodes.find(({ id }) => id === sampler)!.params);
    expect(target.params).toEqual({ step: 5, steps, guidance, seed, width, height });
    expect(feeding("latents")?.params).toMatchObject({ tensors: hash(4), tensor: "latents" });
    expect(feeding("conditioning")?.id).toBe(edgeInto(graph, sampler, "conditioning")!.source);
    expect(feeding("control")?.id).toBe(edgeInto(graph, sampler, "control")!.source);
    expect(types).toContain("visual-branch-unmasker");
    expect(types).not.toContain("flux-sampler");
  });

  test("of the first step starts from noise; of one that started from an earlier step's latents, from those", () => {
    expect(graphOf(samplerAttentionProbe(at(sampler, 1))).feeding("latents")).toBeUndefined();
    const saved: WorkflowNode = { id: "mine", type: "saved-latents", version: 1, position: { x: 0, y: 0 }, params: { tensors: hash(99) } };
    const later = changed("flux-sampler", { params: { steps: 28, start: 10 } });
    const workflow = { ...later, nodes: [...later.nodes, saved], edges: [...later.edges, { source: "mine", sourcePort: "latents", target: sampler, targetPort: "latents" }] };
    const kept = frames(28).slice(10);
    expect(graphOf(samplerAttentionProbe(at(sampler, 11, { workflow, frames: kept }))).feeding("latents")?.id).toBe("mine");
    const second = graphOf(samplerAttentionProbe(at(sampler, 12, { workflow, frames: kept })));
    expect(second.feeding("latents")?.params).toMatchObject({ tensors: hash(11) });
    expect(second.graph.nodes.map(({ id }) => id)).not.toContain("mine");
  });

  test("cannot be had where the step before was not kept", () => {
    const reason = reasonOf(samplerAttentionProbe(at(sampler, 4, { frames: frames(28, [2, 3, 4]) })));
    expect(reason).toBe("Step 4 went on from what step 3 left, and that is not kept any more. The nearest that can be looked at is 2.");
  });

  test("of one cell of a sweep is that cell's", () => {
    const workflow = changed("flux-sampler", { params: { steps: 28, seed: 1 }, sweeps: { seed: { kind: "list", values: [7, 8] } } });
    const axes = [{ nodeId: sampler, param: "seed", title: "Seed", values: [7, 8] }];
    const { graph: probed, target } = graphOf(samplerAttentionProbe(at(`${sampler}@1`, 2, { workflow, axes })));
    expect(target.params.seed).toBe(8);
    expect(probed.nodes.every((node) => node.sweeps === undefined && !node.id.includes("@"))).toBe(true);
  });

  test("leaves out what was muted or bypassed in the run", () => {
    const { types, feeding } = graphOf(samplerAttentionProbe(at(sampler, 2, { workflow: changed("controlnet", { mode: "bypassed" }) })));
    expect(feeding("control")).toBeUndefined();
    expect(types).toEqual(["prompt", "sampler-attention", "saved-latents", "text-encoder"]);
  });

  test("finds ids of its own beside those of the run", () => {
    const id = "probe-saved-latents";
    const workflow = { ...graph, nodes: graph.nodes.map((node) => (node.type === "prompt" ? { ...node, id } : node)), edges: graph.edges.map((edge) => (edge.source === idOf("prompt") ? { ...edge, source: id } : edge)) };
    expect(graphOf(samplerAttentionProbe(at(sampler, 2, { workflow }))).feeding("latents")?.params).toMatchObject({ tensors: hash(1) });
  });
});

describe("the unmasker's attention", () => {
  test("starts from the patches and the mask of the iteration before, the first from what the unmasker was given", () => {
    const { types, target, feeding } = graphOf(unmaskerAttentionProbe(at(unmasker, 3)));
    expect(types).toEqual(["prompt", "saved-patches", "unmasker-attention"]);
    expect(feeding("known")?.params).toMatchObject({ tensors: hash(2) });
    expect(target.params.seed).toBe(graph.nodes.find(({ id }) => id === unmasker)!.params.seed ?? 42);
    expect(graphOf(unmaskerAttentionProbe(at(unmasker, 1))).types).toEqual(["prompt", "unmasker-attention"]);

    const keepHalf = findPreset("keep-half")!.graph;
    const known = edgeInto(keepHalf, idOf("visual-branch-unmasker", keepHalf), "known")!.source;
    const withPicture = changed("load-image", { params: { image: { hash: hash(1), name: "a.png" } } }, keepHalf);
    const instance = idOf("visual-branch-unmasker", keepHalf);
    expect(graphOf(unmaskerAttentionProbe(at(instance, 1, { workflow: withPicture }))).feeding("known")?.id).toBe(known);
    expect(graphOf(unmaskerAttentionProbe(at(instance, 2, { workflow: withPicture }))).types).not.toContain("load-image");
  });

  test("cannot be had where the iteration before was not kept", () => {
    const reason = reasonOf(unmaskerAttentionProbe(at(unmasker, 4, { frames: frames(4, [2, 3]) })));
    expect(reason).toBe("Iteration 4 went on from what iteration 3 left, and that is not kept any more. The nearest that can be looked at is 2.");
  });
});

test("a node of another type, or one that is not in the run, is refused", () => {
  expect(reasonOf(denoisedProbe(at(unmasker, 1)))).toBe("This needs a step of a FLUX Sampler.");
  expect(reasonOf(samplerAttentionProbe(at(sampler, 1, { workflow: changed("flux-sampler", { params: { steps: "many" } }) })))).toContain("made by another version");
  expect(reasonOf(unmaskerAttentionProbe(at("nowhere", 1)))).toBe("This needs a step of a Visual-Branch Unmasker.");
});
