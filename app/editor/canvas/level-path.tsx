"use client";

import { ChevronRight, CornerLeftUp } from "lucide-react";
import { Fragment } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { levelOf, pathTo } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { useNodeTitle } from "../panels/node-title";
import { CommandButton } from "../shortcuts/command-button";
import { useEditor, useEditorStore } from "../store/editor-context";
import { leaveSubgraph, showLevel } from "../store/subgraph-actions";

function Place({ id }: { id: string | null }) {
  const store = useEditorStore();
  const t = useTranslations();
  const named = useNodeTitle(id);
  const title = id === null ? t("subgraphs.path.top") : named;
  const here = useEditor((state) => state.level === id);
  const go = () => {
    const { graph, level } = store.getState();
    // The card one comes from is selected, so that one sees where one was.
    const from = pathTo(graph, level).find((each) => levelOf(graph, nodeOf(graph, each)!) === id);
    showLevel(store, id, from === undefined ? [] : [from]);
  };
  return here ? (
    <span aria-current="page" className="max-w-48 truncate px-1.5 font-medium">
      {title}
    </span>
  ) : (
    <button type="button" onClick={go} className="h-7 max-w-48 truncate rounded-md px-1.5 text-muted hover:bg-hover hover:text-ink">
      {title}
    </button>
  );
}

/** Which subgraph is open, and the way back out. Nothing on top. */
export function LevelPath() {
  const store = useEditorStore();
  const t = useTranslations();
  const path = useEditor(useShallow((state) => pathTo(state.graph, state.level)));
  if (path.length === 0) return null;
  return (
    <nav aria-label={t("subgraphs.path.label")} className="appear absolute top-3 left-3 z-10 flex max-w-[calc(100%-1.5rem)] items-center rounded-lg border border-line bg-panel p-0.5">
      <CommandButton command="leave-subgraph" label={t("subgraphs.panel.leave")} side="bottom" size="small" icon={<CornerLeftUp size={14} />} onClick={() => leaveSubgraph(store)} />
      {[null, ...path].map((id, index) => (
        <Fragment key={id ?? "top"}>
          {index > 0 && <ChevronRight size={14} className="shrink-0 text-faint" aria-hidden />}
          <Place id={id} />
        </Fragment>
      ))}
    </nav>
  );
}
