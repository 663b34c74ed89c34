"use client";

import { CircleAlert, Copy, Info, Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import { messageInOne, messageWords, spoken, typeTitle } from "@/app/i18n/vocabulary";
import { Button } from "@/app/ui/button";
import { EditableName } from "@/app/ui/editable-name";
import type { NodeSpec } from "@/nodes/define-node";
import { isSubgraph } from "@/nodes/nesting";
import type { SaidMessage } from "@/nodes/said";
import { findSpec } from "@/nodes/specs";
import { nodeOf } from "../graph/lookup";
import { renameNode } from "../graph/operations";
import { type ParamField, paramFields } from "../graph/param-fields";
import { problemIndex } from "../graph/problem-lookup";
import { ParamControl } from "../params/param-control";
import { SweepModeChoice } from "../params/sweep-mode";
import { changedSinceRun } from "../store/changed-nodes";
import { deleteSelection, duplicateSelection, edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { nodeStateOf, noticesOf, soleSelected } from "../store/run-actions";
import { subgraphAtHand } from "../subgraph-commands";
import { FirstSteps } from "./first-steps";
import { InputList } from "./input-list";
import { NodeHelp } from "./node-help";
import { PanelNote } from "./panel-note";
import { FixButton, ProblemList } from "./problem-list";
import { SubgraphParams } from "./subgraph-params";
import { useProblems } from "./use-problems";

/** With nothing selected: the workflow as a whole, and what keeps it from running. */
function WholeWorkflow() {
  const t = useTranslations();
  const graph = useEditor((state) => state.graph);
  const count = graph.nodes.filter((node) => !isSubgraph(node)).length;
  const { blocking, beside } = useProblems();
  if (graph.nodes.length === 0) return <PanelNote title={t("panels.params.nothing")}>{t("panels.params.nothingDetail")}</PanelNote>;
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="number text-muted">{t("panels.params.whole", { nodes: count, connections: graph.edges.length })}</p>
      <SweepModeChoice />
      {blocking.length > 0 ? <ProblemList problems={blocking} title={t("panels.problems.beforeRun", { count: blocking.length })} /> : <p className="text-muted">{t("panels.params.ready")}</p>}
      {beside.length > 0 && <ProblemList problems={beside} title={t("panels.problems.beside")} beside />}
      <FirstSteps />
    </div>
  );
}

function ManyNodes({ count }: { count: number }) {
  const t = useTranslations();
  const store = useEditorStore();
  return (
    <div className="flex flex-col gap-3 p-4">
      <p className="font-semibold">{t("panels.params.selected", { count })}</p>
      <div className="flex gap-2">
        <Button icon={<Copy size={14} />} onClick={() => duplicateSelection(store)}>
          {t("panels.params.duplicate")}
        </Button>
        <Button icon={<Trash2 size={14} />} onClick={() => deleteSelection(store)}>
          {t("panels.params.delete")}
        </Button>
      </div>
    </div>
  );
}

/** The everyday params, and below them, folded away, those that few ever change. */
function Params({ nodeId, spec }: { nodeId: string; spec: NodeSpec }) {
  const t = useTranslations();
  const fields = paramFields(spec);
  const control = (field: ParamField) => <ParamControl key={`${nodeId} ${field.name}`} nodeId={nodeId} field={field} place="panel" />;
  const advanced = fields.filter(({ meta }) => meta.advanced);
  return (
    <section aria-label={t("panels.params.title")} className="flex flex-col gap-3">
      {fields.filter(({ meta }) => !meta.advanced).map(control)}
      {advanced.length > 0 && (
        <details>
          <summary className="cursor-default text-muted hover:text-ink">{t("panels.params.advanced")}</summary>
          <div className="mt-3 flex flex-col gap-3">{advanced.map(control)}</div>
        </details>
      )}
    </section>
  );
}

/** Words are written in one node and read in others: what those said about them is worth knowing where they can be changed. */
function readersNotices(state: EditorState, nodeId: string): readonly SaidMessage[] {
  if (nodeOf(state.graph, nodeId)?.type !== "prompt" || changedSinceRun(state).has(nodeId)) return [];
  const readers = state.graph.edges.filter(({ source }) => source === nodeId).map(({ target }) => target);
  return readers.flatMap((reader) => noticesOf(nodeStateOf(state, reader)));
}

/** What the run had to say about this node: a failure with its remedy, or things worth knowing. */
function RunNotes({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  const readers = useEditor(useShallow((state) => readersNotices(state, nodeId)));
  const notices = [...new Map([...noticesOf(node), ...readers].map((notice) => [notice.message, notice])).values()];
  if (node?.status !== "failed" && notices.length === 0) return null;
  return (
    <ul aria-label={t("panels.params.fromRun")} className="flex flex-col gap-2">
      {node?.status === "failed" && (
        <li className="flex gap-2 rounded-md bg-bad-wash p-2">
          <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
          <span className="min-w-0 wrap-anywhere select-text">
            {messageWords(node, t).message} <span className="text-muted">{messageWords(node, t).remedy}</span>
          </span>
        </li>
      )}
      {notices.map((notice) => (
        <li key={notice.message} className="flex gap-2 text-muted">
          <Info size={14} className="mt-[3px] shrink-0" aria-hidden />
          <span className="min-w-0 wrap-anywhere">{messageInOne(notice, t)}</span>
        </li>
      ))}
    </ul>
  );
}

function NodeParams({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const type = useEditor((state) => nodeOf(state.graph, nodeId)?.type ?? "");
  const ownTitle = useEditor((state) => nodeOf(state.graph, nodeId)?.title);
  const loose = useEditor((state) => problemIndex(state.graph).byNode.get(nodeId)?.filter((problem) => problem.param === undefined && problem.port === undefined).length ?? 0);
  const graph = useEditor((state) => (loose > 0 ? state.graph : null));
  const swept = useEditor((state) => nodeOf(state.graph, nodeId)?.sweeps !== undefined);
  const spec = findSpec(type);
  return (
    <div className="flex flex-col gap-5 p-4">
      <header className="flex flex-col gap-1.5">
        <EditableName
          key={nodeId}
          id="node-name"
          label={t("panels.params.name")}
          value={ownTitle ?? typeTitle(type, t)}
          placeholder={typeTitle(type, t)}
          maxLength={80}
          onRename={(name) => edit(store, (whole) => renameNode(whole, nodeId, name))}
          className="-mx-2 h-8 w-[calc(100%+1rem)] text-lg font-semibold"
        />
        <p className="text-muted">{spec ? spoken(spec.help, t) : t("panels.params.unknown", { type })}</p>
        {spec && <NodeHelp key={`help ${type}`} spec={spec} />}
      </header>
      {graph &&
        problemIndex(graph)
          .byNode.get(nodeId)
          ?.filter((problem) => problem.param === undefined && problem.port === undefined)
          .map((problem) => (
            <div key={problem.message} className="flex flex-col items-start gap-1.5">
              <p className="flex gap-2">
                <CircleAlert size={14} className="mt-[3px] shrink-0 text-warn" aria-hidden />
                <span>
                  {messageWords(problem, t).message} <span className="text-muted">{messageWords(problem, t).remedy}</span>
                </span>
              </p>
              <FixButton problem={problem} className="ml-5.5" />
            </div>
          ))}
      <RunNotes nodeId={nodeId} />
      {spec && paramFields(spec).length > 0 && <Params nodeId={nodeId} spec={spec} />}
      {swept && <SweepModeChoice />}
      {spec && Object.keys(spec.inputs).length > 0 && <InputList nodeId={nodeId} spec={spec} />}
    </div>
  );
}

export function ParamsPanel() {
  const count = useEditor((state) => state.selection.size);
  const nodeId = useEditor(soleSelected);
  const subgraph = useEditor(subgraphAtHand);
  if (subgraph !== null) return <SubgraphParams nodeId={subgraph} />;
  if (nodeId !== null) return <NodeParams nodeId={nodeId} />;
  return count > 1 ? <ManyNodes count={count} /> : <WholeWorkflow />;
}
