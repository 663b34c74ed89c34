"use client";

/** From the store to one tensor and the ways to look at it. */
import { useEffect, useMemo } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { byInterest, type Meaning, meaningOf } from "@/app/inspector/meaning";
import { frameUpTo, type InspectedRun, type Subject, subjectOf } from "@/app/inspector/subject";
import { useDescription } from "@/app/inspector/tensor-queries";
import { frameBefore, type KeptFrame, keptFrames, masksOver, refsOver } from "@/app/inspector/timeline";
import { type ViewChoice, type ViewContext, type ViewOptions, viewChosen, viewsOf } from "@/app/inspector/views";
import type { TensorRef, TensorSummary, View } from "@/app/inspector/worker/contract";
import { inspectorWorker } from "@/app/inspector/worker/shared-inspector";
import { canonicalJson } from "@/nodes/recipe";
import type { StoredFrame } from "@/nodes/run-events";
import { keptSteps } from "../panels/kept-steps";
import { useEditor } from "../store/editor-context";
import { instanceOf, lookedNode, lookedPort } from "../store/run-actions";
import { lookedInstance } from "../graph/sweep-cells";

export interface NamedTensor {
  readonly summary: TensorSummary;
  readonly meaning: Meaning;
}

export interface Inspected {
  readonly subject: Subject;
  readonly tensors: readonly NamedTensor[];
  readonly tensor: NamedTensor;
  readonly of: TensorRef;
  readonly choices: readonly ViewChoice[];
  readonly choice: ViewChoice;
}

export type Inspecting = { readonly subject: Subject | null } & ({ readonly inspected: Inspected; readonly problem: null } | { readonly inspected: null; readonly problem: string | null });

/** The selected node at the step looked at. */
export function useSubject(): Subject | null {
  const t = useTranslations();
  const run = useEditor((state) => state.run);
  const nodeId = useEditor(lookedNode);
  const instance = useEditor((state) => (nodeId === null ? undefined : instanceOf(state, nodeId)));
  const port = useEditor((state) => state.inspection.port ?? lookedPort(state));
  const step = useEditor((state) => state.step);
  return useMemo(() => (run && nodeId !== null ? subjectOf(run, nodeId, instance, port, (frames) => frameUpTo(frames, step), t) : null), [t, run, nodeId, instance, port, step]);
}

/** What it is compared with. */
export function useOtherSubject(ofA: Subject | null): Subject | null {
  const t = useTranslations();
  const shown = useEditor((state) => state.run);
  const cell = useEditor((state) => state.cell);
  const other = useEditor((state) => state.inspection.other);
  const step = ofA?.frame?.step ?? null;
  return useMemo(() => {
    const run: InspectedRun | null = other?.run ?? shown;
    if (!other || !run) return null;
    const wanted = other.step === "same" ? step : other.step;
    // A cell counts along its run's own axes.
    const same = shown !== null && canonicalJson(run.state.axes) === canonicalJson(shown.state.axes);
    return subjectOf(run, other.nodeId, lookedInstance(run.state, other.nodeId, other.cell ?? (same ? cell : null)), other.port, (frames) => frameUpTo(frames, wanted), t);
  }, [t, other, shown, cell, step]);
}

/**
 * What a basis is fitted on. While a run goes on, a power of two of its first steps: with every new step colours would
 * turn, and the fit would hold up the pictures.
 */
function fittable(refs: readonly TensorRef[], live: boolean): readonly TensorRef[] {
  return live ? refs.slice(0, 2 ** Math.floor(Math.log2(refs.length))) : refs;
}

/** `frame`: one of `kept`, or null for an output. */
function contextOf(subject: Subject, hash: string, frame: StoredFrame | null, { summary, meaning }: NamedTensor, tensors: readonly NamedTensor[], kept: readonly KeptFrame[]): ViewContext {
  const { name } = summary;
  const has = (tensor: string) => tensors.some((each) => each.summary.name === tensor && each.meaning.kind === "mask");
  const masked = meaning.kind === "patches" && has("mask");
  const before = frame && frameBefore(kept, frame);
  const whole = kept.length === subject.frames.length;
  const samples = subject.nodeType === "flux-sampler" && subject.port === null;
  const unmasks = subject.nodeType === "visual-branch-unmasker" && subject.port === null;
  return {
    meaning,
    of: { hash, name },
    before: before && before.step === frame.step - 1 ? { hash: before.tensors.hash, name } : null,
    thinned: !whole,
    timeline: kept.length > 0 ? fittable(refsOver(kept, name), subject.live) : [{ hash, name }],
    mask: masked ? { hash, name: "mask" } : null,
    order:
      masked && frame
        ? {
            masks: masksOver(kept).filter(({ step }) => step <= frame.step),
            last: frame.total,
            first: has("first_mask") ? { hash, name: "first_mask" } : null,
            // Runs of earlier versions did not keep what they were given.
            ...(!has("first_mask") && subject.fed.includes("known") && { givenLost: true }),
          }
        : null,
    probes: { decode: samples && name === "denoised", attention: (samples && meaning.kind === "latents") || (unmasks && meaning.kind === "patches") },
  };
}

/** What is known about the looked-at tensor at another of its steps. */
export function contextAt({ subject, tensor, tensors }: Inspected, frame: KeptFrame): ViewContext {
  return contextOf(subject, frame.tensors.hash, frame, tensor, tensors, keptFrames(subject.frames));
}

/** So many pictures are drawn ahead: while one is shown, the other is there already when the worker is kept waiting. */
const drawnAhead = 2;
/** For views that are drawn and not spoken of: making words takes longer than all else. */
const wordless = (() => "") as unknown as Translate;

/** The chosen view of the steps after (1) or before (−1) the one looked at, as far as they can be drawn. */
export function viewsAhead(inspected: Inspected, by: 1 | -1, options: ViewOptions): View[] {
  const { frame, frames } = inspected.subject;
  if (!frame) return [];
  const at = frames.indexOf(frame);
  const near = Array.from({ length: drawnAhead }, (_, i) => frames[at + by * (i + 1)]).filter((each) => each !== undefined);
  return keptFrames(near).flatMap((kept) => {
    const draws = viewChosen(viewsOf(contextAt(inspected, kept), options, wordless), inspected.choice.id)?.draws;
    return draws?.by === "worker" ? [draws.view] : [];
  });
}

/** So many steps ahead and behind are fetched, so that scrubbing meets them there. */
const fetchedAhead = 8;

/** Fetches the steps around the one looked at. */
export function usePrefetch(subject: Subject | null): void {
  const frames = subject?.frames;
  const step = subject?.frame?.step;
  useEffect(() => {
    if (!frames || step === undefined) return;
    const at = frames.findIndex((frame) => frame.step === step);
    const near = keptFrames(frames.slice(Math.max(0, at - fetchedAhead), at + fetchedAhead + 1));
    void inspectorWorker().prefetch(near.map(({ tensors }) => tensors.hash));
  }, [frames, step]);
}

/** Why a step has nothing to draw; null when it should have. */
function goneWords({ frame, frames }: Subject, t: Translate): string | null {
  if (!frame || frame.tensors !== null) return null;
  if (frames.every(({ tensors }) => tensors === null)) return t("inspect.none.noneKept");
  return t("inspect.none.notKept", { step: frame.step, kept: keptSteps(frames, t) });
}

/** `tensor` and `view`: those wanted; the most interesting there are when this node has no such ones. */
export function useInspecting(subject: Subject | null, wanted: { readonly tensor: string | null; readonly view: string | null; readonly options: ViewOptions }): Inspecting {
  const t = useTranslations();
  const hash = subject?.artifact?.hash ?? null;
  const place = subject && `${subject.runId} ${subject.instance} ${subject.nodeType} ${subject.port}`;
  const described = useDescription(place, hash);
  const { tensor: name, view, options } = wanted;
  const tensors = useMemo(() => byInterest((described.data ?? []).map((summary) => ({ summary, meaning: meaningOf(summary, subject?.grid ?? null) }))), [described.data, subject?.grid]);
  const kept = useMemo(() => keptFrames(subject?.frames ?? []), [subject?.frames]);
  return useMemo(() => {
    const tensor = tensors.find(({ summary }) => summary.name === name) ?? tensors[0];
    if (!subject || hash === null || !tensor) return { subject, inspected: null, problem: subject ? (goneWords(subject, t) ?? described.error?.message ?? null) : null };
    const choices = viewsOf(contextOf(subject, hash, subject.frame, tensor, tensors, kept), options, t);
    return { subject, inspected: { subject, tensors, tensor, of: { hash, name: tensor.summary.name }, choices, choice: viewChosen(choices, view)! }, problem: null };
  }, [subject, hash, tensors, kept, name, view, options, described.error, t]);
}
