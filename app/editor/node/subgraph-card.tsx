"use client";

import { CircleAlert, CornerRightDown } from "lucide-react";
import { memo, useMemo } from "react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import type { Translate } from "@/app/i18n/translate";
import { messageWords } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { IconButton } from "@/app/ui/icon-button";
import { formatSeconds } from "@/app/ui/quantity";
import type { CardParam } from "@/nodes/card-ports";
import { findSpec } from "@/nodes/specs";
import { modeIn, subgraphParams, subgraphPorts } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { paramFields } from "../graph/param-fields";
import { isPictured } from "../graph/pictured";
import { problemIndex } from "../graph/problem-lookup";
import { faceOf, innerNodes, type SubgraphState, subgraphState } from "../graph/subgraph-state";
import { useNodeTitle } from "../panels/node-title";
import type { Place } from "../params/field-props";
import { ParamControl } from "../params/param-control";
import { changedSinceRun } from "../store/changed-nodes";
import { goToNode } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { nodeStateOf, startOf } from "../store/run-actions";
import { showLevel } from "../store/subgraph-actions";
import { CardTitle } from "./card-title";
import { CollapsedPorts, collapsedHeight, PortRows } from "./node-card";
import { Locked, ProblemMark, ProgressBar, StateText } from "./node-header";
import { NodePicture } from "./node-picture";
import { ownPicture } from "./node-result";
import { isWorded, NodeText } from "./node-text";
import { stateWord, type StateWord } from "./state-word";
import { useMeasuredPorts } from "./use-measured-ports";

/** As many params as still leave a card a card; the others are in the panel. */
const mostParams = 6;

const stateIn = (state: EditorState, id: string) => state.run && subgraphState(state.run.state.nodes, innerNodes(state.graph, id));

/** One word for all nodes inside. */
export function stateWords(state: SubgraphState | null, changed: boolean, t: Translate): StateWord {
  switch (state?.status) {
    case undefined:
      return { text: "", tone: "quiet" };
    case "waiting":
      return { text: t("cards.state.waiting"), tone: "quiet" };
    case "running":
      return { text: t("cards.sweep.done", { done: String(state!.ended), total: String(state!.total) }), tone: "active" };
    case "failed":
      return { text: t("cards.state.failed"), tone: "bad" };
    case "not-run":
      return { text: t("cards.state.notRun"), tone: "quiet" };
    case "done":
      if (changed) return { text: t("cards.state.changed"), tone: "quiet" };
      return { text: state!.reused ? t("cards.state.reused") : formatSeconds(state!.seconds, t), tone: "good" };
  }
}

/** One word for all nodes inside; while one is at work, which, and how far it is. */
function Words({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const mode = useEditor((state) => modeIn(state.graph, nodeId));
  const all = useEditor(useShallow((state) => stateIn(state, nodeId)));
  const changed = useEditor((state) => innerNodes(state.graph, nodeId).some((id) => changedSinceRun(state).has(id)));
  const running = all?.running ?? null;
  const title = useNodeTitle(running);
  const atWork = useEditor((state) => (running === null ? undefined : nodeStateOf(state, running)));
  const since = useEditor((state) => (running === null ? undefined : startOf(state, running)));
  if (mode) return <StateText word={{ text: t(`cards.mode.${mode}`), tone: "quiet" }} tip={null} since={undefined} />;
  const word = running === null ? stateWords(all, changed, t) : stateWord(atWork, false, t);
  return <StateText word={word} tip={running === null ? null : t("subgraphs.at", { title, word: word.detail ?? word.text })} since={since} />;
}

function Progress({ nodeId, title, alone }: { nodeId: string; title: string; alone: boolean }) {
  const progress = useEditor((state) => {
    const all = stateIn(state, nodeId);
    if (all?.status !== "running") return null;
    const node = all.running === null ? undefined : nodeStateOf(state, all.running);
    const frame = node?.status === "running" ? node.frames.at(-1) : undefined;
    return (all.ended + (frame ? frame.step / frame.total : 0)) / all.total;
  });
  return <ProgressBar progress={progress} title={title} alone={alone} />;
}

function Problems({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const all = useEditor(
    useShallow((state) => {
      const { byNode } = problemIndex(state.graph);
      return [nodeId, ...innerNodes(state.graph, nodeId)].flatMap((id) => byNode.get(id) ?? []);
    }),
  );
  if (all.length === 0) return null;
  return <ProblemMark words={[t("subgraphs.problems", { count: all.length }), ...all.slice(0, 5).map((problem) => messageWords(problem, t).message)].join("\n")} />;
}

function Header({ nodeId, title, alone }: { nodeId: string; title: string; alone: boolean }) {
  const store = useEditorStore();
  const t = useTranslations();
  return (
    <>
      <header className="flex h-9 items-center gap-2 pr-1.5 pl-3">
        <CardTitle nodeId={nodeId} title={title} />
        <Locked nodeId={nodeId} />
        <Problems nodeId={nodeId} />
        <Words nodeId={nodeId} />
        <IconButton label={t("subgraphs.open", { title })} size="small" side="top" className="nodrag" icon={<CornerRightDown size={14} />} onClick={() => showLevel(store, nodeId)} />
      </header>
      <Progress nodeId={nodeId} title={title} alone={alone} />
    </>
  );
}

/** A param of a node inside, by the name the card gives it. */
function ExposedParam({ param: { node, param, title }, place }: { param: CardParam; place: Place }) {
  const type = useEditor((state) => nodeOf(state.graph, node)?.type ?? "");
  const field = useMemo(() => {
    const spec = findSpec(type);
    const own = spec && paramFields(spec).find(({ name }) => name === param);
    return own && { ...own, meta: { ...own.meta, title } };
  }, [type, param, title]);
  return field ? <ParamControl nodeId={node} field={field} place={place} /> : null;
}

export function ExposedParams({ nodeId, place }: { nodeId: string; place: Place }) {
  const params = useEditor((state) => subgraphParams(state.graph, nodeId));
  return (place === "card" ? params.slice(0, mostParams) : params).map((param) => <ExposedParam key={`${param.node}.${param.param}`} param={param} place={place} />);
}

/** What the node it stands for made; while another inside is at work and has a picture, that one's. */
function Result({ nodeId, title }: { nodeId: string; title: string }) {
  const face = useEditor((state) => faceOf(state.graph, nodeId));
  const type = useEditor((state) => nodeOf(state.graph, face ?? "")?.type ?? "");
  const shown = useEditor((state) => {
    const running = stateIn(state, nodeId)?.running ?? null;
    return running !== null && ownPicture(nodeStateOf(state, running)) !== null ? running : face;
  });
  if (face === null || shown === null) return null;
  return (
    <>
      {isPictured(type) && <NodePicture nodeId={shown} placeOf={face} title={title} />}
      {isWorded(type) && <NodeText nodeId={face} />}
    </>
  );
}

function Failure({ nodeId }: { nodeId: string }) {
  const store = useEditorStore();
  const t = useTranslations();
  const failed = useEditor((state) => stateIn(state, nodeId)?.failed ?? null);
  const node = useEditor((state) => (failed === null ? undefined : nodeStateOf(state, failed)));
  const title = useNodeTitle(failed);
  if (failed === null || node?.status !== "failed") return null;
  const { message, remedy } = messageWords(node, t);
  return (
    <div className="mx-3 mb-3 flex gap-2 rounded-md bg-bad-wash p-2 contain-[inline-size]" role="alert">
      <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1 wrap-anywhere select-text">
        <p>{t("subgraphs.failure.named", { title, message })}</p>
        {remedy && <p className="mt-1 text-muted">{remedy}</p>}
        <button type="button" onClick={() => goToNode(store, failed)} className="nodrag mt-1 rounded-sm underline underline-offset-4 hover:text-ink">
          {t("subgraphs.failure.show", { title })}
        </button>
      </div>
    </div>
  );
}

/** Folded nodes as one card: the ports and params they show, and what they add up to. */
export const SubgraphCard = memo(function SubgraphCard({ nodeId, selected }: { nodeId: string; selected: boolean }) {
  const title = useNodeTitle(nodeId);
  const ports = useEditor((state) => subgraphPorts(state.graph, nodeId));
  const status = useEditor((state) => stateIn(state, nodeId)?.status ?? "idle");
  const mode = useEditor((state) => modeIn(state.graph, nodeId));
  const collapsed = useEditor((state) => nodeOf(state.graph, nodeId)?.collapsed === true);
  const color = useEditor((state) => nodeOf(state.graph, nodeId)?.color);
  const hasParams = useEditor((state) => subgraphParams(state.graph, nodeId).length > 0);
  const hasPorts = Object.keys(ports.inputs).length + Object.keys(ports.outputs).length > 0;
  useMeasuredPorts(nodeId, ports);
  return (
    <article
      data-node-id={nodeId}
      data-node-type="subgraph"
      data-status={status}
      data-mode={mode}
      data-collapsed={collapsed || undefined}
      style={collapsed ? { minHeight: collapsedHeight(ports, ports.inputs) } : undefined}
      aria-label={mode ? `${title}, ${mode}` : title}
      className={classNames(
        "subgraph-card relative w-max min-w-50 rounded-xl border",
        mode ? "border-dashed bg-panel" : "bg-raised",
        collapsed && "flex flex-col justify-center px-1",
        selected ? "border-accent ring-1 ring-accent" : mode ? "border-line-strong" : status === "failed" ? "border-bad" : "border-line",
      )}
    >
      {color && <div aria-hidden className="absolute inset-x-3 top-0 h-[3px] rounded-b-sm" style={{ background: `var(--mark-${color})` }} />}
      <Header nodeId={nodeId} title={title} alone={collapsed} />
      {collapsed ? (
        <CollapsedPorts nodeId={nodeId} spec={ports} inputs={ports.inputs} />
      ) : (
        <div className={classNames(mode === "muted" && "opacity-45", mode === "bypassed" && "[&>:not(:first-child)]:opacity-45")}>
          <div className={hasPorts ? "py-1.5" : "h-3"}>
            <PortRows nodeId={nodeId} spec={ports} />
          </div>
          {hasParams && (
            <div className="flex flex-col gap-1 px-3 pt-0.5 pb-3">
              <ExposedParams nodeId={nodeId} place="card" />
            </div>
          )}
          <Result nodeId={nodeId} title={title} />
          <Failure nodeId={nodeId} />
        </div>
      )}
    </article>
  );
});
