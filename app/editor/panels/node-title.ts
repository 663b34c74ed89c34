import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";

/** What a node is called: its own name, or its type's. */
export function nodeTitle(graph: Workflow, nodeId: string): string {
  const node = nodeOf(graph, nodeId);
  return node?.title ?? findSpec(node?.type ?? "")?.title ?? node?.type ?? "";
}

export function useNodeTitle(nodeId: string): string {
  return useEditor((state) => nodeTitle(state.graph, nodeId));
}
