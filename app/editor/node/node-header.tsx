"use client";

import { Lock, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { useShallow } from "zustand/shallow";
import type { Translate } from "@/app/i18n/translate";
import { messageInOne } from "@/app/i18n/vocabulary";
import { Tooltip } from "@/app/ui/tooltip";
import { classNames } from "@/app/ui/class-names";
import { framesOf, type NodeState } from "@/nodes/run-events";
import type { NodeMode } from "@/nodes/workflow";
import { problemsOf } from "../graph/problem-lookup";
import { changedSinceRun } from "../store/changed-nodes";
import { useEditor } from "../store/editor-context";
import { modeIn } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { type SweepCount, sweepCount } from "../graph/sweep-cells";
import { nodeStateOf, startOf } from "../store/run-actions";
import { CardTitle } from "./card-title";
import { Elapsed } from "./elapsed";
import { notFinite, notFiniteWords } from "./not-finite";
import { type StateWord, stateWord, sweepWord, toneClass } from "./state-word";
import { whyWords } from "./why-words";

/** What keeps the node from running. The words are in the tooltip and in the details: on the card they would push other cards. */
function Problems({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const problems = useEditor((state) => problemsOf(state.graph, nodeId));
  if (problems.length === 0) return null;
  return <ProblemMark words={problems.map((problem) => messageInOne(problem, t)).join("\n")} />;
}

export function ProblemMark({ words }: { words: string }) {
  return (
    <Tooltip label={<span className="whitespace-pre-line">{words}</span>} side="top">
      <span role="img" aria-label={words} className="flex shrink-0 text-warn">
        <TriangleAlert size={14} />
      </span>
    </Tooltip>
  );
}

/** NaN spreads: the node that shows this first is where to look. */
function NotFinite({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const found = useEditor(useShallow((state) => notFinite(nodeStateOf(state, nodeId))));
  if (found === null) return null;
  const words = notFiniteWords(found, t);
  return (
    <Tooltip label={words} side="top">
      <span role="img" aria-label={words} className="shrink-0 rounded-sm bg-bad px-1 text-xs font-semibold text-raised">
        NaN
      </span>
    </Tooltip>
  );
}

export function Locked({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const locked = useEditor((state) => nodeOf(state.graph, nodeId)?.locked);
  if (!locked) return null;
  return (
    <Tooltip label={t("cards.locked.detail")} side="top">
      <span role="img" aria-label={t("cards.locked.title")} className="flex shrink-0 text-faint">
        <Lock size={12} />
      </span>
    </Tooltip>
  );
}

/** What the words are made of: they themselves are made when they are drawn, not for every card at every change. */
export interface WordParts {
  readonly mode: NodeMode | undefined;
  readonly changed: boolean;
  /** Of a sweep: the word is about all its cells. */
  readonly count: SweepCount | null | undefined;
  readonly node: NodeState | undefined;
}

export function wordOf({ mode, changed, count, node }: WordParts, t: Translate): StateWord {
  if (mode) return { text: t(`cards.mode.${mode}`), tone: "quiet" };
  return count ? sweepWord(count, changed, t) : stateWord(node, changed, t);
}

function useWord(nodeId: string, t: Translate): { word: StateWord; why: string | null } {
  const mode = useEditor((state) => modeIn(state.graph, nodeId));
  const changed = useEditor((state) => changedSinceRun(state).has(nodeId));
  const count = useEditor(useShallow((state) => state.run && sweepCount(state.run.state.nodes, nodeId)));
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  // The reason of the one cell looked at is in the details.
  return { word: wordOf({ mode, changed, count, node }, t), why: mode || count ? null : whyWords(node, t) };
}

function StateWords({ nodeId, timed }: { nodeId: string; timed: boolean }) {
  const t = useTranslations();
  const { word, why } = useWord(nodeId, t);
  const tip = [word.detail, why].filter(Boolean).join("\n") || null;
  const since = useEditor((state) => (timed ? startOf(state, nodeId) : undefined));
  return <StateText word={word} tip={tip} since={since} />;
}

/** A word, more of it in a tooltip, and how long it has been so. */
export function StateText({ word, tip, since }: { word: StateWord; tip: string | null; since: number | undefined }) {
  const words = (
    // It takes the width the title leaves and never asks for more: a longer word must not move the ports.
    <span className={classNames("number min-w-16 flex-1 truncate text-right text-sm contain-[inline-size]", toneClass[word.tone])} title={tip === null ? word.text : undefined}>
      {word.text}
      {since !== undefined && <Elapsed since={since} prefix=" · " />}
    </span>
  );
  return tip === null ? words : <Tooltip label={<span className="whitespace-pre-line">{tip}</span>} side="top">{words}</Tooltip>;
}

/** The thin line under the header: how far the node is. Its place is kept when nothing runs. */
function ProgressLine({ nodeId, title, alone }: { nodeId: string; title: string; alone: boolean }) {
  const progress = useEditor((state) => {
    const node = nodeStateOf(state, nodeId);
    // One that waits in the middle, as in a paused run, shows how far it got.
    if (node?.status !== "running" && node?.status !== "waiting") return null;
    if (node.status === "running" && node.loading !== null) return node.load?.progress ?? -1;
    const frame = framesOf(node).at(-1);
    return frame ? frame.step / frame.total : node.status === "running" ? -1 : null;
  });
  return <ProgressBar progress={progress} title={title} alone={alone} />;
}

/** `progress` from 0 to 1; below 0 nobody knows how far it is, and null where nothing runs. */
export function ProgressBar({ progress, title, alone }: { progress: number | null; title: string; alone: boolean }) {
  const t = useTranslations();
  if (progress === null) return alone ? null : <div className="h-px bg-line" />;
  const known = progress >= 0;
  return (
    <div className={alone ? "absolute inset-x-3 bottom-0" : "relative h-px bg-line"}>
      <div
        role="progressbar"
        aria-label={t("cards.progress", { node: title })}
        {...(known && { "aria-valuenow": Math.round(progress * 100) })}
        className="absolute inset-x-0 -top-px h-0.5 overflow-hidden"
      >
        <div className={classNames("h-full bg-accent", !known && "w-1/3 motion-safe:animate-[sweep_1.2s_linear_infinite]")} style={known ? { width: `${progress * 100}%` } : undefined} />
      </div>
    </div>
  );
}

/** `timed` headers say how long the node has been at it; cards with a picture say so in its place. `alone`: nothing is below it. */
export function NodeHeader({ nodeId, title, timed, alone = false }: { nodeId: string; title: string; timed: boolean; alone?: boolean }) {
  return (
    <>
      <header className="flex h-9 items-center gap-2 px-3">
        <CardTitle nodeId={nodeId} title={title} />
        <Locked nodeId={nodeId} />
        <Problems nodeId={nodeId} />
        <NotFinite nodeId={nodeId} />
        <StateWords nodeId={nodeId} timed={timed} />
      </header>
      <ProgressLine nodeId={nodeId} title={title} alone={alone} />
    </>
  );
}
