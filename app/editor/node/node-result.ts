/** What a node shows of its results: which picture, and how much space to keep for it. */
import type { z } from "zod";
import { type NodeState, type Output, type RunState, framesOf } from "@/nodes/run-events";
import { withFedParams } from "@/nodes/param-inputs";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import { edgesInto, nodeOf } from "../graph/lookup";
import { nodeIdOf } from "@/nodes/sweeps";
import { instancesIn } from "../graph/sweep-cells";
import { currentFrame, nodeStateOf } from "../store/run-actions";
import type { EditorState } from "../store/editor-store";

export function pictureOfOutputs(outputs: Record<string, Output>): string | null {
  return Object.values(outputs).find((output) => output.picture !== null)?.picture?.hash ?? null;
}

export interface NodePicture {
  readonly hash: string;
  /** From the run before: it stays, dimmed, until this one has something to show. */
  readonly earlier: boolean;
}

export function ownPicture(node: NodeState | undefined): string | null {
  if (!node) return null;
  const outputs = node.status === "done" ? pictureOfOutputs(node.outputs) : null;
  if (outputs) return outputs;
  return framesOf(node).findLast((frame) => frame.preview !== null)?.preview?.hash ?? null;
}

/** Every node's picture as it stands, to carry into the next run. */
export function picturesOf(state: EditorState): Record<string, string> {
  const pictures: Record<string, string> = { ...state.run?.earlier };
  for (const [id, node] of Object.entries(state.run?.state.nodes ?? {})) {
    const hash = ownPicture(node);
    if (hash) pictures[nodeIdOf(id)] = hash;
  }
  return pictures;
}

/** A cell that has just begun has nothing to show: until then the card keeps the cell before it. */
function newestPicture(nodes: RunState["nodes"], id: string): string | null {
  const instances = instancesIn(nodes, id);
  for (const instance of [...instances].reverse()) {
    const hash = ownPicture(nodes[instance]);
    if (hash) return hash;
  }
  return null;
}

/** The picture on the card: of the step looked at, of the result, or of the run before. */
export function nodePicture(state: EditorState, id: string): NodePicture | null {
  const looked = state.step === null ? undefined : currentFrame(state, id)?.preview?.hash;
  const hash = (state.selection.has(id) && looked) || ownPicture(nodeStateOf(state, id)) || (state.run && state.cell === null ? newestPicture(state.run.state.nodes, id) : null);
  if (hash) return { hash, earlier: false };
  const earlier = state.run?.earlier[id];
  return earlier ? { hash: earlier, earlier: true } : null;
}

/** Width over height of what the node will show: from its own params, else from what feeds it. */
export function expectedAspect(graph: Workflow, id: string, depth = 0): number {
  const node = nodeOf({ ...graph, nodes: withFedParams(graph) }, id);
  if (!node || depth > 32) return 1;
  const { width, height } = node.params;
  // A size half typed must not make the card jump.
  const valid = (name: string) => (findSpec(node.type)?.params.shape[name] as z.ZodType | undefined)?.safeParse(node.params[name]).success === true;
  if (typeof width === "number" && typeof height === "number" && valid("width") && valid("height")) return Math.min(3, Math.max(1 / 3, width / height));
  if (!["vae-decode", "save-image"].includes(node.type)) return 1;
  const feed = edgesInto(graph, id)[0];
  return feed ? expectedAspect(graph, feed.source, depth + 1) : 1;
}
