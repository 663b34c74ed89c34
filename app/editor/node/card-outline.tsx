"use client";

import { TriangleAlert } from "lucide-react";
import { memo, useState } from "react";
import { useTranslations } from "use-intl";
import { shallow } from "zustand/shallow";
import { nodeTitle, messageWords } from "@/app/i18n/vocabulary";
import { classNames } from "@/app/ui/class-names";
import { subgraphType } from "@/nodes/nesting";
import type { Problem } from "@/nodes/problems";
import type { NodeState } from "@/nodes/run-events";
import type { MarkColor } from "@/nodes/workflow";
import { modeIn } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import { isPictured } from "../graph/pictured";
import { problemIndex, problemsOf } from "../graph/problem-lookup";
import { faceOf as cardFace, innerNodes, type SubgraphState, subgraphState } from "../graph/subgraph-state";
import { overallStatus, sweepCount } from "../graph/sweep-cells";
import { changedSinceRun } from "../store/changed-nodes";
import { useEditor } from "../store/editor-context";
import type { EditorState, Size } from "../store/editor-store";
import { nodeStateOf } from "../store/run-actions";
import { ArtifactPicture } from "./artifact-picture";
import { nodePicture } from "./node-result";
import { type WordParts, wordOf } from "./node-header";
import type { Tone } from "./state-word";
import { stateWords } from "./subgraph-card";

interface Face extends WordParts {
  readonly type: string;
  readonly ownTitle: string | undefined;
  readonly color: MarkColor | undefined;
  readonly status: NodeState["status"] | "idle";
  readonly problems: readonly Problem[];
  readonly picture: string | null;
  /** What the nodes in a subgraph add up to. */
  readonly folded: SubgraphState | null;
}

function faceOf(state: EditorState, nodeId: string): Face {
  const node = nodeOf(state.graph, nodeId);
  const type = node?.type ?? "";
  return {
    type,
    ownTitle: node?.title,
    mode: modeIn(state.graph, nodeId),
    color: node?.color,
    picture: node?.collapsed ? null : pictureFor(state, nodeId),
    ...(type === subgraphType ? foldedParts(state, nodeId) : ownParts(state, nodeId)),
  };
}

type Parts = Pick<Face, "status" | "changed" | "count" | "node" | "problems" | "folded">;

function ownParts(state: EditorState, nodeId: string): Parts {
  const nodes = state.run?.state.nodes;
  return {
    status: (nodes && overallStatus(nodes, nodeId)) ?? "idle",
    changed: changedSinceRun(state).has(nodeId),
    count: nodes && sweepCount(nodes, nodeId),
    node: nodeStateOf(state, nodeId),
    problems: problemsOf(state.graph, nodeId),
    folded: null,
  };
}

const noProblems: readonly Problem[] = [];

function foldedParts(state: EditorState, nodeId: string): Parts {
  const inner = innerNodes(state.graph, nodeId);
  const folded = state.run && subgraphState(state.run.state.nodes, inner);
  const problems = [nodeId, ...inner].flatMap((id) => problemsOf(state.graph, id));
  return {
    status: folded?.status ?? "idle",
    changed: inner.some((id) => changedSinceRun(state).has(id)),
    count: null,
    node: undefined,
    problems: problems.length > 0 ? problems : noProblems,
    folded,
  };
}

/** Of a subgraph: what the node it stands for made. */
function pictureFor(state: EditorState, nodeId: string): string | null {
  const made = cardFace(state.graph, nodeId);
  return made !== null && isPictured(nodeOf(state.graph, made)?.type ?? "") ? (nodePicture(state, made)?.hash ?? null) : null;
}

/** All that a face is made of, so that it is made anew only when one of them changed: there are many outlines, and each asks at every edit. */
function partsOf(state: EditorState, nodeId: string): readonly unknown[] {
  const { graph, run, step, cell, selection } = state;
  const node = nodeOf(graph, nodeId);
  return [node, modeIn(graph, nodeId), node?.type === subgraphType && graph, problemsOf(graph, nodeId), run, run && changedSinceRun(state), step, cell, step !== null && selection.has(nodeId)];
}

/** What all faces are made of. Problems are more than the graph's: what the worker says of its memory comes later. */
const commonParts = ({ graph, run, step, cell, selection }: EditorState): readonly unknown[] => [graph, run, step, cell, selection, problemIndex(graph)];

const sameParts = (a: readonly unknown[] | undefined, b: readonly unknown[]) => a !== undefined && b.every((part, index) => part === a[index]);

/** The face of a node: the same object while nothing that is seen of it changes. */
export function faceSelector(nodeId: string): (state: EditorState) => Face {
  let known: { common: readonly unknown[]; parts: readonly unknown[]; face: Face } | null = null;
  return (state) => {
    const common = commonParts(state);
    if (known && sameParts(known.common, common)) return known.face;
    const parts = partsOf(state, nodeId);
    const face = known && sameParts(known.parts, parts) ? known.face : faceOf(state, nodeId);
    known = { common, parts, face: known && shallow(known.face, face) ? known.face : face };
    return known.face;
  };
}

function useFace(nodeId: string): Face {
  const [select] = useState(() => faceSelector(nodeId));
  return useEditor(select);
}

/** Px: a card with room for one line only. */
const lowCard = 60;
/** Px: a card that its name, in two lines and large, takes all of. */
const shortCard = 110;
/** Letters: a longer name may not fit. Names of types do. */
const longName = 24;

/** Told apart by shape as well: a disc is done, a ring goes on, a diamond failed. */
const toneShape: Record<Tone, string> = { quiet: "rounded-full bg-line-strong", active: "rounded-full border-accent", good: "rounded-full bg-good", bad: "rotate-45 bg-bad" };

/** A card from far away, or one that has just come into view: as large as the card, with its name, its state and its picture. */
export const CardOutline = memo(function CardOutline({ nodeId, selected, width, height }: Size & { nodeId: string; selected: boolean }) {
  const t = useTranslations();
  const face = useFace(nodeId);
  const { type, ownTitle, mode, color, status, problems, picture, folded } = face;
  const title = nodeTitle({ type, ...(ownTitle !== undefined && { title: ownTitle }) }, t);
  const word = type === subgraphType ? stateWords(folded, face.changed, t) : wordOf(face, t);
  return (
    <article
      data-node-id={nodeId}
      data-node-type={type}
      data-status={status}
      data-mode={mode}
      data-selected={selected || undefined}
      data-low={height < lowCard || undefined}
      data-short={height < shortCard || undefined}
      aria-label={mode ? t("cards.titleWithMode", { title, mode: t(`cards.mode.${mode}`) }) : title}
      style={{ width, height }}
      className={classNames(
        "card-outline rounded-xl border",
        type === subgraphType && "subgraph-card",
        mode ? "border-dashed bg-panel" : "bg-raised",
        selected ? "border-accent ring-1 ring-accent" : mode ? "border-line-strong" : status === "failed" ? "border-bad" : "border-line",
      )}
    >
      {color && <div aria-hidden className="card-outline-color" style={{ background: `var(--mark-${color})` }} />}
      <h3 data-long={title.length > longName || undefined} className={classNames("card-outline-name", mode === "muted" && "opacity-45")}>{title}</h3>
      {picture && <ArtifactPicture hash={picture} alt="" minor className="card-outline-picture" />}
      {problems.length > 0 && <TriangleAlert role="img" aria-label={problems.map((problem) => messageWords(problem, t).message).join(" ")} className="card-outline-problem text-warn" />}
      {!mode && word.text !== "" && <span role="img" aria-label={word.text} className={classNames("card-outline-state", toneShape[word.tone])} />}
    </article>
  );
});
