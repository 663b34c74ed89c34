import { useTranslations } from "use-intl";
import { typeTitle } from "@/app/i18n/vocabulary";
import { nodeOf } from "../graph/lookup";
import { useEditor } from "../store/editor-context";

/** What a node is called: its own name, or its type's. */
export function useNodeTitle(nodeId: string): string {
  const t = useTranslations();
  const own = useEditor((state) => nodeOf(state.graph, nodeId)?.title);
  const type = useEditor((state) => nodeOf(state.graph, nodeId)?.type ?? "");
  return own ?? typeTitle(type, t);
}
