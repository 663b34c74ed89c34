import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, typeTitle } from "@/app/i18n/vocabulary";
import type { Workflow } from "@/nodes/workflow";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";

/** What a node is called: its own name, or its type's in the language of the interface. Nothing for one that is not there. */
export function titleIn(graph: Workflow, nodeId: string, t: Translate): string {
  const node = nodeOf(graph, nodeId);
  return node ? nodeTitle(node, t) : "";
}

/** The same, kept up to date; nothing for no node. */
export function useNodeTitle(nodeId: string | null): string {
  const t = useTranslations();
  const own = useEditor((state) => (nodeId === null ? undefined : nodeOf(state.graph, nodeId)?.title));
  const type = useEditor((state) => (nodeId === null ? "" : (nodeOf(state.graph, nodeId)?.type ?? "")));
  return own ?? typeTitle(type, t);
}
