"use client";

import { ChevronDown } from "lucide-react";
import { useTranslations } from "use-intl";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import type { Port } from "@/nodes/ports";
import { connectionProblem } from "@/nodes/problems";
import { findSpec } from "@/nodes/specs";
import { edgeId, type Workflow, type WorkflowEdge } from "@/nodes/workflow";
import { feedOf, nodeOf } from "../graph/lookup";
import { dropEdge, makeConnection } from "../store/connection-actions";
import { select } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

const nameOf = (graph: Workflow, id: string) => {
  const node = nodeOf(graph, id);
  return node?.title ?? findSpec(node?.type ?? "")?.title ?? id;
};

/** Every edge that could feed the input. */
function offers(graph: Workflow, target: string, targetPort: string): WorkflowEdge[] {
  return graph.nodes.flatMap((node) =>
    Object.keys(findSpec(node.type)?.outputs ?? {})
      .map((sourcePort) => ({ source: node.id, sourcePort, target, targetPort }))
      .filter((edge) => connectionProblem(graph, edge) === null),
  );
}

function OfferItems({ nodeId, port, title }: { nodeId: string; port: string; title: string }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const feed = feedOf(graph, nodeId, port);
  const edges = offers(graph, nodeId, port);
  const t = useTranslations();
  return (
    <>
      <MenuHeading>{t(edges.length > 0 ? "editing.feed.from" : "editing.feed.nothing", { port: title.toLowerCase() })}</MenuHeading>
      {edges.map((edge) => (
        <MenuItem key={`${edge.source}.${edge.sourcePort}`} onSelect={() => makeConnection(store, edge)}>
          {nameOf(graph, edge.source)}
        </MenuItem>
      ))}
      {feed && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => select(store, [], [edgeId(feed)])}>{t("editing.feed.select")}</MenuItem>
          <MenuItem onSelect={() => dropEdge(store, feed)}>{t("editing.feed.disconnect")}</MenuItem>
        </>
      )}
    </>
  );
}

/** What feeds an input, and the way to connect it without a mouse. */
export function FeedMenu({ nodeId, name, port }: { nodeId: string; name: string; port: Port }) {
  const feed = useEditor((state) => feedOf(state.graph, nodeId, name));
  const from = useEditor((state) => feed && nameOf(state.graph, feed.source));
  const t = useTranslations();
  const source = from ?? t(port.optional ? "editing.feed.openOptional" : "editing.feed.open");
  return (
    <Menu
      trigger={
        <button type="button" aria-label={t("editing.feed.change", { port: port.title, source })} className={`-mr-1.5 flex h-7 min-w-0 items-center gap-1 rounded-md px-1.5 hover:bg-hover ${feed ? "" : port.optional ? "text-faint" : "text-warn"}`}>
          <span className="truncate">{source}</span>
          <ChevronDown size={14} className="shrink-0 text-faint" aria-hidden />
        </button>
      }
    >
      <OfferItems nodeId={nodeId} port={name} title={port.title} />
    </Menu>
  );
}
