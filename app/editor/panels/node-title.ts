import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, typeTitle } from "@/app/i18n/vocabulary";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";

/** What a node is called: its own name, or its type's in the language of the interface. Nothing for one that is not there. */
export function titleIn(graph: Workflow, nodeId: string, t: Translate): string {
  const node = nodeOf(graph, nodeId);
  return node ? nodeTitle(node, t) : "";
}

/** On the canvas, or where it is not there any more, in the shown run. */
function nodeNow({ graph, run }: EditorState, nodeId: string | null): WorkflowNode | undefined {
  if (nodeId === null) return undefined;
  return nodeOf(graph, nodeId) ?? (run ? nodeOf(run.graph, nodeId) : undefined);
}

/** The same, kept up to date; nothing for no node. */
export function useNodeTitle(nodeId: string | null): string {
  const t = useTranslations();
  const own = useEditor((state) => nodeNow(state, nodeId)?.title);
  const type = useEditor((state) => nodeNow(state, nodeId)?.type ?? "");
  return own ?? typeTitle(type, t);
}
