/** How far a run has got, read off its state: what a resumed one begins with, and what is said of one that ends early. */
import { said, type SaidMessage, saidMessage } from "@/models/said";
import { afterEvent, type NodeState, type RunEnding, type RunEvent, type RunState } from "@/nodes/run-events";
import type { Finished, Partial } from "@/server/engine/contract";

/** As a run's end says it: what to do stands in the message. */
export type RunFailure = Pick<SaidMessage, "message" | "said">;

/** Words for nodes the runner said nothing final about: it crashed too often, or was killed. */
export function lastWords(state: RunState, status: RunEnding, failure: RunFailure | undefined): RunEvent[] {
  return Object.entries(state.nodes).flatMap(([nodeId, node]): RunEvent[] => {
    if (node.status === "waiting") return [{ type: "node-not-run", nodeId }];
    if (node.status !== "running") return [];
    return status === "failed" ? [{ type: "node-failed", nodeId, ...(failure ?? saidMessage(said("The run failed."))) }] : [{ type: "node-not-run", nodeId }];
  });
}

/** Frames of nodes that were interrupted, whether that was written down ("resumed", "paused") or not. */
export function partialOf(state: RunState): Record<string, Partial> {
  const { nodes } = afterEvent(state, { type: "resumed" });
  return Object.fromEntries(Object.entries(nodes).flatMap(([id, node]) => (node.status === "waiting" && node.partial ? [[id, node.partial]] : [])));
}

/** Finished nodes and kept frames: more of them is further. */
export function progressOf(state: RunState): number {
  return Object.keys(finishedOf(state)).length + Object.values(partialOf(state)).reduce((sum, { frames }) => sum + frames.length, 0);
}

/** The nodes that are done. */
export function finishedOf(state: RunState): Record<string, Finished> {
  const done = Object.entries(state.nodes).filter((entry): entry is [string, Extract<NodeState, { status: "done" }>] => entry[1].status === "done");
  return Object.fromEntries(done.map(([id, { key, outputs }]) => [id, { key, outputs }]));
}
