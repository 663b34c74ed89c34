/** A workflow of 1,000 nodes and 1,500 edges: a hundred pipelines, each fed by the one before. */
import { findSpec } from "@/nodes/specs";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode } from "@/nodes/workflow";

/** One pipeline, in the order that its nodes are laid out. */
const pipeline = [
  ["encoder", "text-encoder"],
  ["unmasker", "visual-branch-unmasker"],
  ["mix", "mix-patches"],
  ["again", "mix-patches"],
  ["mask", "patch-mask"],
  ["downsampler", "latent-downsampler"],
  ["controlnet", "controlnet"],
  ["sampler", "flux-sampler"],
  ["decode", "vae-decode"],
  ["describe", "describe-image"],
] as const;
type Name = (typeof pipeline)[number][0];

/** From a node's output to another's input; `before`: from the pipeline before this one. */
const joints: readonly (readonly [from: Name, output: string, to: Name, input: string, before?: true])[] = [
  ["describe", "text", "encoder", "text", true],
  ["describe", "text", "unmasker", "text", true],
  ["unmasker", "patches", "unmasker", "known", true],
  ["unmasker", "patches", "mix", "a"],
  ["mix", "patches", "mix", "b", true],
  ["mix", "patches", "again", "a"],
  ["unmasker", "patches", "again", "b"],
  ["again", "patches", "mask", "patches"],
  ["mask", "patches", "downsampler", "patches"],
  ["downsampler", "control", "controlnet", "control"],
  ["encoder", "conditioning", "sampler", "conditioning"],
  ["controlnet", "conditioning", "sampler", "control"],
  ["sampler", "latents", "sampler", "latents", true],
  ["sampler", "latents", "decode", "latents"],
  ["decode", "image", "describe", "image"],
];
/** In the first pipelines, in place of the edges from the one before the first. */
const more = ["mask", "patches", "describe", "patches"] as const;

export const counts = { nodes: 1000, edges: 1500 } as const;
const columns = 40;

export function largeGraph(): Workflow {
  const pipelines = counts.nodes / pipeline.length;
  const nodes: WorkflowNode[] = [];
  const edges: WorkflowEdge[] = [];
  for (let number = 0; number < pipelines; number++) {
    for (const [name, type] of pipeline) {
      const [at, spec] = [nodes.length, findSpec(type)!];
      const params = JSON.parse(JSON.stringify(spec.params.parse({}))) as WorkflowNode["params"];
      nodes.push({ id: `${name}-${number}`, type, version: spec.version, position: { x: (at % columns) * 290, y: Math.floor(at / columns) * 330 }, params });
    }
    for (const [from, sourcePort, to, targetPort, before] of joints) {
      if (before && number === 0) continue;
      edges.push({ source: `${from}-${before ? number - 1 : number}`, sourcePort, target: `${to}-${number}`, targetPort });
    }
  }
  for (let number = 0; edges.length < counts.edges; number++) edges.push({ source: `${more[0]}-${number}`, sourcePort: more[1], target: `${more[2]}-${number}`, targetPort: more[3] });
  return { ...emptyWorkflow, nodes, edges };
}
