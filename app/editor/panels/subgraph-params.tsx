"use client";

import { CornerLeftUp, CornerRightDown, Save, Ungroup } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/app/ui/button";
import { EditableName } from "@/app/ui/editable-name";
import { subgraphParams, subgraphPorts } from "../graph/levels";
import { renameNode } from "../graph/operations";
import { canUnfold } from "../graph/folding";
import { innerNodes } from "../graph/subgraph-state";
import { ExposedParams } from "../node/subgraph-card";
import { useCommand } from "../shortcuts/commands-context";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { leaveSubgraph, showLevel, unfoldSubgraph } from "../store/subgraph-actions";
import { ExposureList } from "./exposure-list";
import { InputList } from "./input-list";
import { useNodeTitle } from "./node-title";
import { ProblemList } from "./problem-list";
import { useProblems } from "./use-problems";

function Actions({ nodeId }: { nodeId: string }) {
  const store = useEditorStore();
  const t = useTranslations();
  const open = useEditor((state) => state.level === nodeId);
  const unfoldable = useEditor((state) => canUnfold(state.graph, nodeId));
  const save = useCommand("save-subgraph");
  return (
    <div className="flex flex-wrap gap-2">
      {open ? (
        <Button icon={<CornerLeftUp size={14} />} onClick={() => leaveSubgraph(store)}>
          {t("subgraphs.panel.leave")}
        </Button>
      ) : (
        <Button icon={<CornerRightDown size={14} />} onClick={() => showLevel(store, nodeId)}>
          {t("subgraphs.panel.open")}
        </Button>
      )}
      <Button icon={<Ungroup size={14} />} disabled={!unfoldable} onClick={() => unfoldSubgraph(store, nodeId)}>
        {t("subgraphs.panel.unfold")}
      </Button>
      <Button icon={<Save size={14} />} onClick={() => save?.run()}>
        {t("subgraphs.panel.save")}
      </Button>
    </div>
  );
}

function Problems({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const { blocking, beside } = useProblems();
  const graph = useEditor((state) => state.graph);
  const inside = new Set([nodeId, ...innerNodes(graph, nodeId)]);
  const mine = [...blocking, ...beside].filter((problem) => problem.nodeId !== undefined && inside.has(problem.nodeId));
  return mine.length === 0 ? null : <ProblemList problems={mine} title={t("panels.problems.beforeRun", { count: mine.length })} />;
}

/** A subgraph that is selected, or open with nothing in it selected. */
export function SubgraphParams({ nodeId }: { nodeId: string }) {
  const store = useEditorStore();
  const t = useTranslations();
  const title = useNodeTitle(nodeId);
  const open = useEditor((state) => state.level === nodeId);
  const ports = useEditor((state) => subgraphPorts(state.graph, nodeId));
  const hasParams = useEditor((state) => subgraphParams(state.graph, nodeId).length > 0);
  const count = useEditor((state) => innerNodes(state.graph, nodeId).length);
  return (
    <div className="flex flex-col gap-5 p-4">
      <header className="flex flex-col gap-1.5">
        <EditableName key={nodeId} id="node-name" label={t("panels.params.name")} value={title} maxLength={80} onRename={(name) => edit(store, (graph) => renameNode(graph, nodeId, name, t("subgraphs.untitled")))} className="-mx-2 h-8 w-[calc(100%+1rem)] text-lg font-semibold" />
        <p className="number text-muted">{t("subgraphs.panel.contents", { count })}</p>
      </header>
      <Actions nodeId={nodeId} />
      <Problems nodeId={nodeId} />
      {hasParams && (
        <section aria-label={t("subgraphs.panel.params")} className="flex flex-col gap-3">
          <ExposedParams nodeId={nodeId} place="panel" />
        </section>
      )}
      {!open && Object.keys(ports.inputs).length > 0 && <InputList nodeId={nodeId} spec={ports} />}
      <section aria-label={t("subgraphs.panel.shows")} className="flex flex-col gap-2">
        <h2 className="font-semibold">{t("subgraphs.panel.shows")}</h2>
        <ExposureList id={nodeId} />
      </section>
    </div>
  );
}
