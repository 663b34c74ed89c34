/** What is known in the browser of the patches that feed a node: their grid, and a picture to paint on. */
import type { Workflow } from "@/nodes/workflow";
import { feedOf, nodeOf } from "../graph/lookup";
import { nodePicture } from "../node/node-result";
import type { EditorState } from "../store/editor-store";
import { nodeStateOf } from "../store/run-actions";
import type { PatchGrid } from "./patch-painting";

/** The grid as the shown run had it: of what feeds the node, or of what the node gave; null before both ran. */
export function gridInRun(state: EditorState, id: string, port: string): PatchGrid | null {
  const feed = feedOf(state.graph, id, port);
  const given = feed && outputFacts(state, feed.source, feed.sourcePort);
  return gridOf(given) ?? gridOf(outputFacts(state, id, port));
}

function outputFacts(state: EditorState, id: string, port: string): Readonly<Record<string, unknown>> | undefined {
  const node = nodeStateOf(state, id);
  return node?.status === "done" ? node.outputs[port]?.facts : undefined;
}

function gridOf(facts: Readonly<Record<string, unknown>> | undefined): PatchGrid | null {
  const { rows, columns } = facts ?? {};
  return typeof rows === "number" && typeof columns === "number" && rows > 0 && columns > 0 ? { rows, columns } : null;
}

/**
 * The file of the patches that feed a node, in which their mask lies beside them: of saved patches the one they name,
 * of others what they gave in the shown run. Null while there is none, or when the mask is not kept.
 */
export function maskSource(state: EditorState, id: string, port: string): string | null {
  const feed = feedOf(state.graph, id, port);
  const source = feed && nodeOf(state.graph, feed.source);
  if (!feed || !source) return null;
  if (source.type === "saved-patches") return typeof source.params.tensors === "string" && source.params.mask !== false ? source.params.tensors : null;
  const node = nodeStateOf(state, feed.source);
  const output = node?.status === "done" ? node.outputs[feed.sourcePort] : undefined;
  return output && "mask" in output.shapes ? output.tensors.hash : null;
}

/** The picture the patches were encoded from, else the one of the patches themselves: sha256; null while there is none. */
export function paintedPicture(state: EditorState, id: string, port: string): string | null {
  const feed = feedOf(state.graph, id, port);
  if (!feed) return null;
  const image = feedOf(state.graph, feed.source, "image");
  return (image && (uploadOf(state.graph, image.source) ?? nodePicture(state, image.source)?.hash)) ?? nodePicture(state, feed.source)?.hash ?? null;
}

/** A Load Image node's picture is there before anything runs. */
function uploadOf(graph: Workflow, id: string): string | null {
  const picture = nodeOf(graph, id)?.params.image;
  return typeof picture === "object" && picture !== null && !Array.isArray(picture) && typeof picture.hash === "string" ? picture.hash : null;
}
