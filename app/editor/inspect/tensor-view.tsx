"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { PictureKey } from "@/app/inspector/picture-key";
import { type Point, RasterCanvas, Readout } from "@/app/inspector/raster-canvas";
import { ScaleBar } from "@/app/inspector/scale-bar";
import { type CutPrompt, PooledTokensView, TokensView } from "@/app/inspector/tokens-view";
import { UnknownCells } from "@/app/inspector/unknown-cells";
import { quantityOf } from "@/app/inspector/views";
import { useRasters } from "@/app/inspector/use-rasters";
import { ResidualBars } from "@/app/inspector/residual-bars";
import { ResidualLines } from "@/app/inspector/residual-lines";
import type { Raster, View } from "@/app/inspector/worker/contract";
import type { Output } from "@/nodes/run-events";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditor, useEditorStore } from "../store/editor-context";
import { setViewOptions } from "../store/inspect-actions";
import { AttentionView } from "./attention-view";
import { DecodedView } from "./decoded-view";
import { OneScale } from "./one-scale";
import { canHaveOneScale, placeOf, useScaledView } from "./steps-scale";
import type { Surface } from "./surface";
import { type Inspected, viewsAhead } from "./use-inspected";

interface DrawnViewProps {
  view: View;
  label: string;
  /** Of the node and tensor: pictures of another never stand for it. */
  place: string;
  picks: boolean;
  /** Views that may be wanted next. */
  next: () => readonly View[];
  /** The picture of the step, for what is laid over it: sha256. */
  preview: string | undefined;
  /** Whether one scale for all steps is offered. */
  scales: boolean;
  Surface: Surface;
}

/** The grid whose cells are single pixels in this view. */
const gridOf = (view: View) => ("grid" in view && view.kind !== "patch-heatmap" ? view.grid : undefined);

/** A basis says on how much it stands. */
function BasisWords({ basis }: { basis: NonNullable<Raster["basis"]> }) {
  const t = useTranslations();
  const percent = Math.round(basis.explained * 100);
  return (
    <p className="number text-sm text-muted">
      {basis.frames === basis.of ? t("inspect.drawn.basis", { of: basis.of, percent }) : t("inspect.drawn.basisOfSome", { frames: basis.frames, of: basis.of, percent })}
    </p>
  );
}

/** Where the first number stands: the first patch that is known, as the worker takes it. */
const firstNumber = ({ values }: Raster) => values?.findIndex((value) => !Number.isNaN(value)) ?? -1;

/** The patch marked: of similarities to the first known one, that one until another is chosen. */
function pickedIn(view: View, raster: Raster, chosen: number | null): number | undefined {
  if (chosen !== null || view.kind !== "patch-similarity") return chosen ?? undefined;
  const first = firstNumber(raster);
  return first < 0 ? undefined : first;
}

/** Every pixel is transparent: what is NaN is not. */
const isBlank = ({ rgba }: Raster) => rgba.every((byte, at) => at % 4 !== 3 || byte === 0);

/** Why similarities are all blank; null when they are not. */
function NotKnown({ view, raster }: { view: View; raster: Raster }) {
  const t = useTranslations();
  if (view.kind !== "patch-similarity" || !view.mask || raster.width === 0 || !isBlank(raster)) return null;
  return <p role="status">{t(view.patch === null ? "inspect.none.noPatchKnown" : "inspect.none.patchNotKnown")}</p>;
}

function DrawnView({ view, label, place, picks, next, preview, scales, Surface }: DrawnViewProps) {
  const t = useTranslations();
  const store = useEditorStore();
  const patch = useEditor((state) => state.inspection.options.patch);
  const { drawn, error } = useRasters([view], false, place, () => next().map((following) => [following]));
  const [point, setPoint] = useState<Point | null>(null);
  if (error !== null) return <p className="text-muted">{error}</p>;
  const raster = drawn?.rasters[0];
  const shown = drawn?.views[0];
  if (!raster || !shown) return <div className="aspect-square w-full rounded-md bg-field" aria-busy />;
  const grid = picks ? gridOf(shown) : undefined;
  const laidOver = shown.kind === "mask" ? (preview ?? null) : null;
  return (
    <>
      <Surface label={label} picture={raster}>
        <div className="relative">
          {laidOver && <ArtifactPicture hash={laidOver} alt="" className="absolute inset-0 size-full" />}
          {laidOver && <UnknownCells raster={raster} className="absolute inset-0 size-full" />}
          <RasterCanvas raster={raster} view={shown} label={label} clear={laidOver !== null} grid={grid} picked={grid && pickedIn(shown, raster, patch)} onPick={grid && ((index) => setViewOptions(store, { patch: index }))} onPoint={setPoint} />
        </div>
      </Surface>
      <Readout view={shown} raster={raster} at={point} />
      <NotKnown view={shown} raster={raster} />
      {raster.scale && shown.kind !== "mask" && <ScaleBar scale={raster.scale} quantity={quantityOf(shown, t)} note={raster.tiles?.scales ? t("inspect.drawn.firstChannel") : scales && <OneScale />} />}
      <PictureKey view={shown} rasters={[raster]} />
      {raster.pooled && <p className="number text-sm text-muted">{t("inspect.drawn.pooled", { rows: raster.pooled.rows, columns: raster.pooled.columns })}</p>}
      {raster.basis && <BasisWords basis={raster.basis} />}
    </>
  );
}

/** Which way the steps are walked through: 1 until one before is looked at. */
function useTravel(step: number | undefined): 1 | -1 {
  const [travel, setTravel] = useState<{ step: number | undefined; by: 1 | -1 }>({ step, by: 1 });
  if (travel.step === step) return travel.by;
  const by = step !== undefined && travel.step !== undefined && step < travel.step ? -1 : 1;
  setTravel({ step, by });
  return by;
}

/** As the text encoder says it, of T5 or ("clip_") of CLIP; null where it says nothing. */
function cutPrompt(facts: Output["facts"], of: "" | "clip_"): CutPrompt | null {
  const { [`${of}tokens`]: tokens, [`${of}truncated`]: truncated, [`${of}cut`]: cut } = facts;
  const words = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return Array.isArray(tokens) ? { tokens: words(tokens), truncated: typeof truncated === "number" ? truncated : 0, cut: words(cut) } : null;
}

/** The chosen view of the looked-at tensor. */
export function TensorView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const t = useTranslations();
  const travel = useTravel(inspected.subject.frame?.step);
  const options = useEditor((state) => state.inspection.options);
  const { choice, subject, of } = inspected;
  const { draws } = choice;
  const view = useScaledView(inspected);
  const named = { view: choice.title, node: subject.title };
  const label = subject.frame ? t("inspect.drawn.labelAtStep", { ...named, step: subject.frame.step }) : t("inspect.drawn.label", named);
  switch (draws.by) {
    case "worker":
      return <DrawnView view={view ?? draws.view} label={label} place={placeOf(inspected)} scales={canHaveOneScale(inspected)} picks={choice.picks === "patch"} next={() => viewsAhead(inspected, travel, options).map((each) => ({ ...each, range: view?.range }))} preview={(subject.frame?.preview ?? subject.output?.picture)?.hash} Surface={Surface} />;
    case "tokens": {
      const facts = subject.output?.facts ?? {};
      const { clip_padding: padding } = facts;
      if (inspected.tensor.meaning.kind === "pooled") return <PooledTokensView prompt={cutPrompt(facts, "clip_")} padding={typeof padding === "number" ? padding : 0} />;
      return <TokensView of={of} prompt={cutPrompt(facts, "") ?? { tokens: [], truncated: 0, cut: [] }} />;
    }
    case "lines":
      return <ResidualLines timeline={draws.timeline} frames={subject.frames} step={subject.frame?.step ?? 1} />;
    case "bars":
      return <ResidualBars of={of} />;
    case "decoding":
      return <DecodedView inspected={inspected} Surface={Surface} />;
    case "attention":
      return <AttentionView inspected={inspected} Surface={Surface} />;
    case "words":
      return <p className="rounded-md bg-field p-4 text-muted">{draws.words}</p>;
  }
}

