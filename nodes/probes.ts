/**
 * Small workflows that look into one step of a run: the nodes the inspected one depended on, as they were in the run,
 * then a stored tensor of the step and a node that shows something of it. They run as probes (runs.start with purpose
 * "probe"), so what is there already is reused and the second look at a step costs nothing. See docs/decisions/0013.
 */
import { effectiveWorkflow } from "./bypass";
import { ancestors } from "./problems";
import type { SweepAxis } from "./run-events";
import { type Said, said } from "@/models/said";
import { type NodeType, specs } from "./specs";
import { instancesOf, type NodeInstance, nodeIdOf } from "./sweeps";
import { emptyWorkflow, type Workflow, type WorkflowEdge, type WorkflowNode } from "./workflow";

/** A step of a run as it was kept; without tensors when they were let go to save room. */
export interface KeptStep {
  readonly step: number;
  readonly tensors: { readonly hash: string } | null;
}

/** A step of one node of a run. */
export interface StepOfRun {
  /** The run's own snapshot, and the axes of its sweeps. */
  readonly workflow: Workflow;
  readonly axes: readonly SweepAxis[];
  /** As the run's state names it. */
  readonly instance: string;
  /** What is kept of its steps. */
  readonly frames: readonly KeptStep[];
  /** The step or iteration looked at, from 1. */
  readonly step: number;
}

/** What to give to runs.start, whose target's only output is what was asked for; or why it cannot be had. */
export type Probe = { readonly graph: Workflow; readonly targets: [string] } | { readonly reason: Said };

/** The picture the sampler expected at this step: its `denoised` latents, decoded. */
export function denoisedProbe(at: StepOfRun): Probe {
  const found = findNode(at, "flux-sampler");
  if ("reason" in found) return found;
  const tensors = tensorsOf(at.frames, at.step);
  if (!tensors) return notKept(at.step, at.frames.filter((frame) => frame.tensors).map(({ step }) => step));
  const draft = new Draft([]);
  const saved = draft.add("saved-latents", { tensors, tensor: "denoised", from: fromWords(found, at.step) });
  const decode = draft.add("vae-decode", {});
  draft.connect(saved, "latents", decode, "latents");
  return draft.probe(decode);
}

/** Where each word acted in this step of the sampler. */
export function samplerAttentionProbe(at: StepOfRun): Probe {
  const found = findNode(at, "flux-sampler");
  if ("reason" in found) return found;
  const { node, edges } = found;
  const first = Number(node.params.start);
  const before = tensorsOf(at.frames, at.step - 1);
  if (!before && at.step - 1 !== first) return startNotKept(false, at, first);
  const draft = new Draft(found.before);
  const probe = draft.add("sampler-attention", { step: at.step, ...pick(node.params, ["steps", "guidance", "seed", "width", "height"]) });
  if (before) draft.connect(draft.add("saved-latents", { tensors: before, tensor: "latents", from: fromWords(found, at.step - 1) }), "latents", probe, "latents");
  for (const edge of edges) if (!(before && edge.targetPort === "latents")) draft.connect(edge.source, edge.sourcePort, probe, edge.targetPort);
  return draft.probe(probe);
}

/** Which text tokens and patches each patch attended to in this iteration of the unmasker. */
export function unmaskerAttentionProbe(at: StepOfRun): Probe {
  const found = findNode(at, "visual-branch-unmasker");
  if ("reason" in found) return found;
  const before = tensorsOf(at.frames, at.step - 1);
  if (!before && at.step !== 1) return startNotKept(true, at, 0);
  const draft = new Draft(found.before);
  const probe = draft.add("unmasker-attention", pick(found.node.params, ["seed", "keep"]));
  if (before) draft.connect(draft.add("saved-patches", { tensors: before, from: fromWords(found, at.step - 1) }), "patches", probe, "known");
  for (const edge of found.edges) if (!(before && edge.targetPort === "known")) draft.connect(edge.source, edge.sourcePort, probe, edge.targetPort);
  return draft.probe(probe);
}

function tensorsOf(frames: readonly KeptStep[], wanted: number): string | undefined {
  return frames.find(({ step }) => step === wanted)?.tensors?.hash;
}

function pick(params: WorkflowNode["params"], names: readonly string[]): WorkflowNode["params"] {
  return Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name)));
}

const fromWords = ({ node }: Found, step: number) => `${node.title ?? specs[node.type as NodeType].title}, step ${step}`.slice(0, 200);

function notKept(step: number, possible: readonly number[]): Probe {
  return { reason: said("What step {step} computed is not kept any more. {nearest}", { step: String(step), nearest: nearest(step, possible) }) };
}

function startNotKept(iterates: boolean, { step, frames }: StepOfRun, first: number): Probe {
  const possible = [first + 1, ...frames.filter((frame) => frame.tensors).map((frame) => frame.step + 1)].filter((other) => frames.some((frame) => frame.step === other));
  const values = { step: String(step), before: String(step - 1), nearest: nearest(step, possible) };
  return { reason: said(iterates ? "Iteration {step} went on from what iteration {before} left, and that is not kept any more. {nearest}" : "Step {step} went on from what step {before} left, and that is not kept any more. {nearest}", values) };
}

function nearest(step: number, possible: readonly number[]): Said {
  if (possible.length === 0) return said("Run this node anew to look at it.");
  const best = possible.reduce((before, next) => (Math.abs(next - step) < Math.abs(before - step) ? next : before));
  return said("The nearest that can be looked at is {best}.", { best: String(best) });
}

interface Found {
  /** With the params of its cell, defaults filled in. */
  readonly node: WorkflowNode;
  /** Into it, between plain node ids. */
  readonly edges: readonly WorkflowEdge[];
  /** What it depends on, without itself, each before what needs it. */
  readonly before: readonly NodeInstance[];
}

/** The inspected node as it ran: muted and bypassed nodes taken out, sweeps replaced by the values of its cell. */
function findNode({ workflow, axes, instance }: StepOfRun, type: NodeType): Found | { readonly reason: Said } {
  const effective = effectiveWorkflow(workflow);
  const instances = new Map(instancesOf(effective, ancestors(effective, [nodeIdOf(instance)]), axes).map((each) => [each.id, each]));
  const found = instances.get(instance);
  if (found?.node.type !== type) return { reason: said("This needs a step of a {title}.", { title: specs[type].title }) };
  const params = specs[type].params.safeParse(found.node.params);
  if (!params.success) return { reason: said("This run was made by another version. Run the workflow again to look at it.") };
  const needed = new Set<string>();
  const next = found.edges.map(({ source }) => source);
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    next.push(...(instances.get(id)?.edges.map(({ source }) => source) ?? []));
  }
  const node = { ...found.node, params: params.data as WorkflowNode["params"] };
  return { node, edges: found.edges.map(plainEdge), before: [...instances.values()].filter(({ id }) => needed.has(id)) };
}

/** One cell holds each node once, so its nodes can go by their own ids. */
function plainEdge(edge: WorkflowEdge): WorkflowEdge {
  return { ...edge, source: nodeIdOf(edge.source), target: nodeIdOf(edge.target) };
}

/** A probe's graph in the making. */
class Draft {
  private readonly nodes: WorkflowNode[];
  private readonly edges: WorkflowEdge[];

  constructor(before: readonly NodeInstance[]) {
    this.nodes = before.map(({ node }) => node);
    this.edges = before.flatMap(({ edges }) => edges.map(plainEdge));
  }

  /** Returns the new node's id. */
  add(type: NodeType, params: WorkflowNode["params"]): string {
    let id = `probe-${type}`;
    while (this.nodes.some((node) => node.id === id)) id = `${id}-`;
    this.nodes.push({ id, type, version: specs[type].version, position: { x: 0, y: 0 }, params });
    return id;
  }

  connect(source: string, sourcePort: string, target: string, targetPort: string): void {
    this.edges.push({ source, sourcePort, target, targetPort });
  }

  /** The draft without what a stored tensor has taken the place of. */
  probe(target: string): Probe {
    const whole = { ...emptyWorkflow, nodes: this.nodes, edges: this.edges };
    const needed = new Set(ancestors(whole, [target]));
    const isNeeded = (id: string) => needed.has(id);
    const graph = { ...whole, nodes: whole.nodes.filter(({ id }) => isNeeded(id)), edges: whole.edges.filter((edge) => isNeeded(edge.target)) };
    return { graph, targets: [target] };
  }
}
