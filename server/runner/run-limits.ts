/** What is said when a run is ended because it takes too much memory or too long. */
import { type Said, said, saidMessage } from "@/models/said";
import { findSpec } from "@/nodes/specs";
import { nodeIdOf } from "@/nodes/sweeps";
import type { RunEvent } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { sayBytes } from "@/server/byte-size";
import type { StoringFailure } from "./messages";

/** Where a run is: the node it computes, and that node's newest frame. */
export interface RunPlace {
  readonly nodeId: string | null;
  readonly frame: { readonly step: number; readonly total: number } | null;
}

export function placeAfter(place: RunPlace, event: RunEvent): RunPlace {
  switch (event.type) {
    case "node-started":
      return { nodeId: event.nodeId, frame: null };
    case "frame":
      return { nodeId: event.nodeId, frame: event.frame };
    case "node-done":
    case "node-failed":
    case "node-not-run":
      return event.nodeId === place.nodeId ? { nodeId: null, frame: null } : place;
    default:
      return place;
  }
}

export function memoryFailure(graph: Workflow, { nodeId }: RunPlace, used: number, limit: number): StoringFailure {
  const sizes = { used: sayBytes(used), limit: sayBytes(limit) };
  return {
    nodeId,
    ...saidMessage(
      nodeId === null
        ? said("The run needed {used} of memory, more than the limit of {limit}.", sizes)
        : said("{node} needed {used} of memory, more than the limit of {limit}.", { node: titleOf(graph, nodeId), ...sizes }),
      said("Make the picture smaller, let loaded models take less (SESSION_MEMORY), or raise the limit (RUN_MEMORY_LIMIT)."),
    ),
  };
}

/** `limit` in seconds. */
export function timeFailure(graph: Workflow, { nodeId, frame }: RunPlace, limit: number): StoringFailure {
  return { nodeId, ...saidMessage(tookLonger(graph, { nodeId, frame }, sayLimit(limit)), said("Give it a longer limit, or fewer steps.")) };
}

function tookLonger(graph: Workflow, { nodeId, frame }: RunPlace, limit: string): Said {
  if (nodeId === null) return said("The run took longer than its limit of {limit}.", { limit });
  const node = titleOf(graph, nodeId);
  if (!frame) return said("The run took longer than its limit of {limit}; it was in {node}.", { limit, node });
  return said("The run took longer than its limit of {limit}; it got to step {step} of {total} in {node}.", { limit, step: frame.step, total: frame.total, node });
}

function titleOf(graph: Workflow, instance: string): string {
  const node = graph.nodes.find(({ id }) => id === nodeIdOf(instance));
  return node?.title ?? (node && findSpec(node.type)?.title) ?? instance;
}

function sayLimit(seconds: number): string {
  if (seconds < 60 || (seconds < 600 && seconds % 60 !== 0)) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ");
}
