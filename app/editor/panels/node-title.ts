import { useTranslations } from "use-intl";
import { typeTitle } from "@/app/i18n/vocabulary";
import { findSpec } from "@/nodes/specs";
import type { Workflow } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";

/** What a node is called: its own name, or its type's as the spec has it. */
export function nodeTitle(graph: Workflow, nodeId: string): string {
  const node = nodeOf(graph, nodeId);
  return node?.title ?? findSpec(node?.type ?? "")?.title ?? node?.type ?? "";
}

/** The same, in the language of the interface. */
export function useNodeTitle(nodeId: string): string {
  const t = useTranslations();
  const own = useEditor((state) => nodeOf(state.graph, nodeId)?.title);
  const type = useEditor((state) => nodeOf(state.graph, nodeId)?.type ?? "");
  return own ?? typeTitle(type, t);
}
