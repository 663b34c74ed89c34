"use client";

import { useTranslations } from "use-intl";
import { spoken } from "@/app/i18n/vocabulary";
import { ContextItem, ContextSubmenu } from "@/app/ui/context-menu";
import { type Replacement, replacementsOf } from "../graph/replacement";
import { replaceNode } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

function Choices({ nodeId, offers }: { nodeId: string; offers: readonly Replacement[] }) {
  const t = useTranslations();
  const store = useEditorStore();
  return offers.map(({ spec, lost }) => (
    <ContextItem key={spec.type} onSelect={() => replaceNode(store, nodeId, spec.type)}>
      {spoken(spec.title, t)}
      {lost.length > 0 && <span className="ml-3 text-sm text-faint">{t("commands.menu.drops", { ports: lost.map((port) => spoken(port, t)).reduce((first, second) => t("common.joined", { first, second })) })}</span>}
    </ContextItem>
  ));
}

/** Other types for the one selected node. Nothing where none would fit. */
export function ReplaceMenu() {
  const t = useTranslations();
  const graph = useEditor((state) => state.graph);
  const nodeId = useEditor((state) => (state.selection.size === 1 ? [...state.selection][0]! : null));
  const offers = nodeId === null ? [] : replacementsOf(graph, nodeId);
  if (nodeId === null || offers.length === 0) return null;
  return (
    <ContextSubmenu title={t("commands.menu.replace")}>
      <Choices nodeId={nodeId} offers={offers} />
    </ContextSubmenu>
  );
}
