import { describe, expect, it } from "vitest";
import { connectionProblem } from "@/nodes/problems";
import { findPreset, presets } from "@/nodes/presets";
import { emptyWorkflow, type Workflow, workflowSchema } from "@/nodes/workflow";
import { addNode, newNode, renameNode, setMode, setParam, setSeedMode, setSweep } from "./operations";
import { replaceNode, replacementsOf } from "./replacement";

const { graph } = findPreset("text-to-image")!;
const idOf = (type: string) => graph.nodes.find((node) => node.type === type)!.id;
const offered = (workflow: Workflow, id: string) => Object.fromEntries(replacementsOf(workflow, id).map(({ spec, lost }) => [spec.type, lost]));

describe("replacing a node", () => {
  it("offers what keeps every connection first, and says what others would lose", () => {
    const offers = replacementsOf(graph, idOf("visual-branch-unmasker"));
    expect(offers.map(({ lost }) => lost.length)).toEqual(offers.map(({ lost }) => lost.length).toSorted((a, b) => a - b));
    expect(offered(graph, idOf("visual-branch-unmasker"))).toMatchObject({ "saved-patches": ["Prompt"], "text-encoder": ["Patch latents"] });
    expect(offered(graph, idOf("visual-branch-unmasker"))).not.toHaveProperty("vae-decode");
    expect(offered(graph, idOf("visual-branch-unmasker"))).not.toHaveProperty("visual-branch-unmasker");
    expect(offered(graph, idOf("flux-sampler"))).not.toHaveProperty("sampler-attention");
  });

  it("offers a loose node what is of its kind", () => {
    const loose = addNode(emptyWorkflow, newNode(emptyWorkflow, "load-image", { x: 0, y: 0 }));
    expect(offered(loose, "load-image")).toEqual({ "vae-decode": [], "save-image": [] });
  });

  it("keeps place, title, mode, and every connection that fits", () => {
    const unmasker = idOf("visual-branch-unmasker");
    const titled = setMode(renameNode(graph, unmasker, "Mine"), new Set([unmasker]), "bypassed");
    const { workflow, id } = replaceNode(titled, unmasker, "saved-patches");
    const before = titled.nodes.find((node) => node.id === unmasker)!;
    expect(workflow.nodes.find((node) => node.id === id)).toMatchObject({ type: "saved-patches", title: "Mine", mode: "bypassed", position: before.position });
    expect(workflow.nodes.findIndex((node) => node.id === id)).toBe(titled.nodes.indexOf(before));
    expect(workflow.edges).toHaveLength(titled.edges.length - 1);
    expect(workflow.edges).toContainEqual({ source: id, sourcePort: "patches", target: idOf("latent-downsampler"), targetPort: "patches" });
  });

  it("keeps params of the same name that mean something to the new type, with their sweeps", () => {
    const sampler = idOf("flux-sampler");
    const swept = setSweep(setSweep(setSeedMode(setParam(graph, sampler, "seed", 7), sampler, "random"), sampler, "seed", { kind: "list", values: [1, 2] }), sampler, "steps", { kind: "list", values: [3] });
    const { workflow, id } = replaceNode(swept, sampler, "visual-branch-unmasker");
    expect(workflow.nodes.find((node) => node.id === id)).toMatchObject({ params: { seed: 7 }, seedMode: "random", sweeps: { seed: { kind: "list", values: [1, 2] } } });
    expect(workflow.nodes.find((node) => node.id === id)!.params).not.toHaveProperty("steps");
    const odd = replaceNode(setParam(graph, sampler, "seed", "no number"), sampler, "visual-branch-unmasker");
    expect(odd.workflow.nodes.find((node) => node.id === odd.id)!.params.seed).toEqual(expect.any(Number));
  });

  it("gives a sound workflow for every node of every preset and every type offered for it", () => {
    for (const preset of presets) {
      for (const node of preset.graph.nodes) {
        for (const { spec, lost } of replacementsOf(preset.graph, node.id)) {
          const { workflow, id } = replaceNode(preset.graph, node.id, spec.type);
          expect(workflowSchema.parse(workflow)).toEqual(workflow);
          const touching = workflow.edges.filter(({ source, target }) => source === id || target === id);
          for (const edge of touching) expect(connectionProblem({ ...workflow, edges: workflow.edges.filter((other) => other !== edge) }, edge)).toBeNull();
          expect(new Set(workflow.edges.map(({ target, targetPort }) => `${target}.${targetPort}`)).size).toBe(workflow.edges.length);
          if (lost.length === 0) expect(workflow.edges).toHaveLength(preset.graph.edges.length);
          else expect(workflow.edges.length).toBeLessThan(preset.graph.edges.length);
        }
      }
    }
  });

  it("leaves the workflow alone for a type or node that is not there, or the same type", () => {
    const sampler = idOf("flux-sampler");
    expect(replaceNode(graph, sampler, "unheard-of").workflow).toBe(graph);
    expect(replaceNode(graph, "absent", "prompt").workflow).toBe(graph);
    expect(replaceNode(graph, sampler, "flux-sampler").workflow).toBe(graph);
    expect(replacementsOf(graph, "absent")).toEqual([]);
  });
});
