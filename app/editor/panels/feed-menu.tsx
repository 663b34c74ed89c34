"use client";

import { ChevronDown } from "lucide-react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken, spokenWithin } from "@/app/i18n/vocabulary";
import { Menu, MenuHeading, MenuItem, MenuLine } from "@/app/ui/menu";
import type { Port } from "@/nodes/ports";
import type { Workflow, WorkflowEdge } from "@/nodes/workflow";
import { edgesAt, type LevelEdge, levelConnectionProblem } from "../graph/level-edges";
import { nodeOf } from "../graph/lookup";
import { borderId, borderOf, type Level, nodesAt, portsAt } from "../graph/levels";
import { dropEdge, makeConnection } from "../store/connection-actions";
import { select } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

/** What a source is called: the node, or the port that brings it in from outside. */
function sourceName(graph: Workflow, { source, sourcePort }: WorkflowEdge, t: Translate): string {
  const outside = borderOf(source) ? portsAt(graph, source)?.outputs[sourcePort]?.title : undefined;
  if (outside !== undefined) return spoken(outside, t);
  const node = nodeOf(graph, source);
  return node ? nodeTitle(node, t) : source;
}

const feedAt = (graph: Workflow, level: Level, target: string, targetPort: string): LevelEdge | undefined => edgesAt(graph, level).find(({ edge }) => edge.target === target && edge.targetPort === targetPort);

/** Every connection of the level that could feed the input. */
function offers(graph: Workflow, level: Level, target: string, targetPort: string): WorkflowEdge[] {
  const sources = [...nodesAt(graph, level).map(({ id }) => id), ...(level === null ? [] : [borderId("incoming", level)])];
  return sources.flatMap((source) =>
    Object.keys(portsAt(graph, source)?.outputs ?? {})
      .map((sourcePort) => ({ source, sourcePort, target, targetPort }))
      .filter((edge) => levelConnectionProblem(graph, edge) === null),
  );
}

function OfferItems({ nodeId, port, title }: { nodeId: string; port: string; title: string }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.graph);
  const level = useEditor((state) => state.level);
  const feed = feedAt(graph, level, nodeId, port);
  const edges = offers(graph, level, nodeId, port);
  const t = useTranslations();
  return (
    <>
      <MenuHeading>{t(edges.length > 0 ? "editing.feed.from" : "editing.feed.nothing", { port: spokenWithin(title, t) })}</MenuHeading>
      {edges.map((edge) => (
        <MenuItem key={`${edge.source}.${edge.sourcePort}`} onSelect={() => makeConnection(store, edge)}>
          {sourceName(graph, edge, t)}
        </MenuItem>
      ))}
      {feed && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => select(store, [], [feed.id])}>{t("editing.feed.select")}</MenuItem>
          <MenuItem onSelect={() => dropEdge(store, feed.edge)}>{t("editing.feed.disconnect")}</MenuItem>
        </>
      )}
    </>
  );
}

/** What feeds an input, and the way to connect it without a mouse. */
export function FeedMenu({ nodeId, name, port }: { nodeId: string; name: string; port: Port }) {
  const graph = useEditor((state) => state.graph);
  const feed = useEditor((state) => feedAt(state.graph, state.level, nodeId, name));
  const t = useTranslations();
  const source = feed ? sourceName(graph, feed.edge, t) : t(port.optional ? "editing.feed.openOptional" : "editing.feed.open");
  return (
    <Menu
      trigger={
        <button type="button" aria-label={t("editing.feed.change", { port: spoken(port.title, t), source })} className={`-mr-1.5 flex h-7 min-w-0 items-center gap-1 rounded-md px-1.5 hover:bg-hover ${feed ? "" : port.optional ? "text-faint" : "text-warn"}`}>
          <span className="truncate">{source}</span>
          <ChevronDown size={14} className="shrink-0 text-faint" aria-hidden />
        </button>
      }
    >
      <OfferItems nodeId={nodeId} port={name} title={port.title} />
    </Menu>
  );
}
