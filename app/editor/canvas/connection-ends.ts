/** Ends of connections, from how React Flow names them to how the workflow does. */
import type { Connection, HandleType } from "@xyflow/react";
import type { WorkflowEdge } from "@/nodes/workflow";
import { ledThrough, reroutesOf } from "../graph/reroutes";
import type { EditorStore, Offer } from "../store/editor-store";
import type { FlowEdge } from "./flow-elements";

export const sideOf = (type: HandleType) => (type === "source" ? "output" : "input");

export function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/** One end of a connection as the workflow knows it: a dot stands for the output it leads on from. */
export function endOf(store: EditorStore, nodeId: string, port: string, side: Offer["from"]["side"]): Offer["from"] {
  const dot = reroutesOf(store.getState().graph).get(nodeId);
  return dot ? { nodeId: dot.source, port: dot.sourcePort, side: "output", via: dot.via } : { nodeId, port, side };
}

export function edgeOf(store: EditorStore, { source, sourceHandle, target, targetHandle }: Connection | FlowEdge): WorkflowEdge {
  const { nodeId, port, via = [] } = endOf(store, source, sourceHandle ?? "", "output");
  return ledThrough({ source: nodeId, sourcePort: port, target, targetPort: targetHandle ?? "" }, via);
}
