/** Reaching into a run: a step's tensors pinned as a node of the graph, and a node made to go on from one of its steps. */
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";
import type { Size } from "../store/editor-store";
import { freePlace } from "./free-place";
import { levelOf, lyingOn, nodesAt } from "./levels";
import { nodeOf } from "./lookup";
import { sizeOf } from "./node-size";
import { addNode, connect, fragmentOf, newNode, paste, type Point, setParam } from "./operations";

/** A tensor of a stored file, and where in a workflow it is from. */
export interface SavedFrame {
  /** The node, not an instance of it. */
  readonly nodeId: string;
  /** 1 … total; null for the node's result. */
  readonly step: number | null;
  /** sha256 of the .safetensors file. */
  readonly tensors: string;
  /** The tensor's name in it: latents, denoised, patch_latents. */
  readonly tensor: string;
  /** Where it is from, in words that stay with it. */
  readonly from: string;
  /** Of a patch grid; left out, it counts as square. */
  readonly grid?: { readonly rows: number; readonly columns: number };
}

export interface Edited {
  readonly workflow: Workflow;
  /** The nodes the edit is about: to be selected. Empty when it changed nothing. */
  readonly ids: readonly string[];
}

type SavedType = "saved-latents" | "saved-patches";

/** Which node brings a tensor of this name and shape back into a graph; null for what cannot be pinned. */
export function savedTypeOf(dims: readonly number[], tensor: string): SavedType | null {
  if (dims[0] !== 1) return null;
  if (dims.length === 4 && (tensor === "latents" || tensor === "denoised")) return "saved-latents";
  return dims.length === 3 && tensor === "patch_latents" ? "saved-patches" : null;
}

const typeOfTensor = (tensor: string): SavedType => (tensor === "patch_latents" ? "saved-patches" : "saved-latents");

/** How far below its origin a pinned node lies where the card's height is not known, and how far from it. */
const below = 460;
const gap = 48;

/** As the canvas has measured cards; those it has not are estimated. */
type Sizes = ReadonlyMap<string, Size>;

/** A new node of the type beside `origin`, on its level: where it is wanted, or as near to that as the cards there allow. */
function beside(workflow: Workflow, type: SavedType | "patch-mask", origin: WorkflowNode, wanted: Point, sizes: Sizes): WorkflowNode {
  const level = levelOf(workflow, origin);
  const node = newNode(workflow, type, wanted);
  const size = sizeOf(node, sizes);
  const taken = nodesAt(workflow, level).map((other) => ({ ...other.position, ...sizeOf(other, sizes) }));
  return { ...node, position: freePlace(taken, size, { x: wanted.x + size.width / 2, y: wanted.y + size.height / 2 }), ...lyingOn(level) };
}

function savedNode(workflow: Workflow, frame: SavedFrame, origin: WorkflowNode, wanted: Point, sizes: Sizes): WorkflowNode {
  const { tensors, tensor, grid } = frame;
  const node = beside(workflow, typeOfTensor(tensor), origin, wanted, sizes);
  const from = frame.from.slice(0, 200);
  return { ...node, params: { ...node.params, tensors, tensor, from, ...(grid && node.type === "saved-patches" && { ...grid }) } };
}

/**
 * Puts a Saved Latents or Saved Patches node for `frame` below the node it is from, unconnected. The workflow stays as it
 * is when the node is not in it any more.
 */
export function pinFrame(workflow: Workflow, frame: SavedFrame, sizes: Sizes = new Map()): Edited {
  const origin = nodeOf(workflow, frame.nodeId);
  if (!origin) return { workflow, ids: [] };
  const node = savedNode(workflow, frame, origin, { x: origin.position.x, y: origin.position.y + (sizes.get(origin.id)?.height ?? below) + gap }, sizes);
  return { workflow: addNode(workflow, node), ids: [node.id] };
}

/** By node type: which input a step of it feeds when the node goes on from there, and which tensor of the step that is. */
const continuations: Readonly<Record<string, { readonly input: string; readonly tensor: string; readonly start?: string }>> = {
  "flux-sampler": { input: "latents", tensor: "latents", start: "start" },
  "visual-branch-unmasker": { input: "known", tensor: "patch_latents" },
};

/** The name of the tensor that a node's step is continued from; null when nodes of its type do not go on from a step, or it is the last. */
export function continuableTensor(workflow: Workflow, { nodeId, step }: Pick<SavedFrame, "nodeId" | "step">): string | null {
  const node = nodeOf(workflow, nodeId);
  const way = node && continuations[node.type];
  if (!node || !way || step === null) return null;
  const { steps } = node.params;
  return way.start !== undefined && typeof steps === "number" && step >= steps ? null : way.tensor;
}

/**
 * Goes on from a step of a sampler or an unmasker: a saved node that feeds it, and a sampler's "Start after step" at
 * that step. In place, the node itself goes on from there. As a branch, it is copied with everything that follows it,
 * fed by what feeds the original, below it; the original and its results stay. The workflow stays as it is when the step
 * cannot be continued. `frame.tensor` is not looked at.
 */
export function continueFrom(workflow: Workflow, frame: SavedFrame, how: "in place" | "as a branch", sizes: Sizes = new Map()): Edited {
  const tensor = continuableTensor(workflow, frame);
  const origin = nodeOf(workflow, frame.nodeId);
  if (tensor === null || !origin) return { workflow, ids: [] };
  const branched = how === "as a branch" ? branchAt(workflow, origin) : { workflow, id: origin.id };
  const target = nodeOf(branched.workflow, branched.id)!;
  const way = continuations[origin.type]!;
  const saved = savedNode(branched.workflow, { ...frame, tensor }, origin, { x: target.position.x - 300, y: target.position.y + (how === "as a branch" ? 160 : below + gap) }, sizes);
  const joined = connect(addNode(branched.workflow, saved), { source: saved.id, sourcePort: tensor === "patch_latents" ? "patches" : "latents", target: target.id, targetPort: way.input });
  return { workflow: way.start === undefined ? joined : setParam(joined, target.id, way.start, frame.step), ids: [target.id] };
}

/**
 * Keeps an unmasker's patches of this step and has some of them made anew: saved patches and a Patch Mask, on which they
 * are painted, feed its known patches. The mask is to be selected. The workflow stays as it is for any other node.
 */
export function remakePatches(workflow: Workflow, frame: SavedFrame, sizes: Sizes = new Map()): Edited {
  const origin = nodeOf(workflow, frame.nodeId);
  if (origin?.type !== "visual-branch-unmasker") return { workflow, ids: [] };
  const { x, y } = origin.position;
  const saved = savedNode(workflow, { ...frame, tensor: "patch_latents" }, origin, { x: x - 600, y: y + below + gap }, sizes);
  const withSaved = addNode(workflow, saved);
  const mask = beside(withSaved, "patch-mask", origin, { x: x - 300, y: y + below + gap }, sizes);
  const fed = connect(addNode(withSaved, mask), { source: saved.id, sourcePort: "patches", target: mask.id, targetPort: "patches" });
  return { workflow: connect(fed, { source: mask.id, sourcePort: "patches", target: origin.id, targetPort: "known" }), ids: [mask.id] };
}

/** A copy of the node and all that follows it, below them, with the edges into them from the rest. */
function branchAt(workflow: Workflow, origin: WorkflowNode): { workflow: Workflow; id: string } {
  const copied = followers(workflow, origin.id);
  const fragment = fragmentOf(workflow, copied);
  const lowest = Math.max(...workflow.nodes.map(({ position }) => position.y));
  const highest = Math.min(...fragment.nodes.map(({ position }) => position.y));
  const pasted = paste(workflow, fragment, { x: 0, y: lowest - highest + below });
  const copies = new Map(fragment.nodes.map(({ id }, i) => [id, pasted.ids[i]!]));
  const inward = workflow.edges.filter(({ source, target }) => copied.has(target) && !copied.has(source));
  const edges = inward.map((edge): WorkflowEdge => ({ ...edge, target: copies.get(edge.target)! }));
  return { workflow: { ...pasted.workflow, edges: [...pasted.workflow.edges, ...edges] }, id: copies.get(origin.id)! };
}

function followers(workflow: Workflow, start: string): Set<string> {
  const found = new Set([start]);
  const next = [start];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    for (const { source, target } of workflow.edges) {
      if (source !== id || found.has(target)) continue;
      found.add(target);
      next.push(target);
    }
  }
  return found;
}
