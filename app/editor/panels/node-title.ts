import { findSpec } from "@/nodes/specs";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";

/** What a node is called: its own name, or its type's. */
export function useNodeTitle(nodeId: string): string {
  return useEditor((state) => {
    const node = nodeOf(state.graph, nodeId);
    return node?.title ?? findSpec(node?.type ?? "")?.title ?? node?.type ?? "";
  });
}
