"use client";

import { ContextItem, ContextSubmenu } from "@/app/ui/context-menu";
import { type Replacement, replacementsOf } from "../graph/replacement";
import { replaceNode } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

/** The connections that would go, where some would. */
const lostWords = (lost: readonly string[]) => (lost.length === 0 ? "" : `drops ${lost.join(", ")}`);

function Choices({ nodeId, offers }: { nodeId: string; offers: readonly Replacement[] }) {
  const store = useEditorStore();
  return offers.map(({ spec, lost }) => (
    <ContextItem key={spec.type} onSelect={() => replaceNode(store, nodeId, spec.type)}>
      {spec.title}
      {lost.length > 0 && <span className="ml-3 text-sm text-faint">{lostWords(lost)}</span>}
    </ContextItem>
  ));
}

/** Other types for the one selected node. Nothing where none would fit. */
export function ReplaceMenu() {
  const graph = useEditor((state) => state.graph);
  const nodeId = useEditor((state) => (state.selection.size === 1 ? [...state.selection][0]! : null));
  const offers = nodeId === null ? [] : replacementsOf(graph, nodeId);
  if (nodeId === null || offers.length === 0) return null;
  return (
    <ContextSubmenu title="Replace with">
      <Choices nodeId={nodeId} offers={offers} />
    </ContextSubmenu>
  );
}
