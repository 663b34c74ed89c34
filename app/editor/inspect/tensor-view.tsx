"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { type Point, RasterCanvas, Readout } from "@/app/inspector/raster-canvas";
import { ScaleBar } from "@/app/inspector/scale-bar";
import { TokensView } from "@/app/inspector/tokens-view";
import { useRasters } from "@/app/inspector/use-rasters";
import { ResidualBars } from "@/app/inspector/residual-bars";
import type { Raster, View } from "@/app/inspector/worker/contract";
import { useEditor, useEditorStore } from "../store/editor-context";
import { setViewOptions } from "../store/inspect-actions";
import { AttentionView } from "./attention-view";
import { DecodedView } from "./decoded-view";
import type { Surface } from "./surface";
import type { Inspected } from "./use-inspected";

interface DrawnViewProps {
  view: View;
  label: string;
  /** Of the node and tensor: pictures of another never stand for it. */
  place: string;
  picks: boolean;
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

function DrawnView({ view, label, place, picks, Surface }: DrawnViewProps) {
  const t = useTranslations();
  const store = useEditorStore();
  const patch = useEditor((state) => state.inspection.options.patch);
  const { drawn, error } = useRasters([view], false, place);
  const [point, setPoint] = useState<Point | null>(null);
  if (error !== null) return <p className="text-muted">{error}</p>;
  const raster = drawn?.rasters[0];
  const shown = drawn?.views[0];
  if (!raster || !shown) return <div className="aspect-square w-full rounded-md bg-field" aria-busy />;
  const grid = picks ? gridOf(shown) : undefined;
  return (
    <>
      <Surface label={label} picture={raster}>
        <RasterCanvas raster={raster} view={shown} label={label} grid={grid} picked={grid && patch} onPick={grid && ((index) => setViewOptions(store, { patch: index }))} onPoint={setPoint} />
      </Surface>
      <Readout view={shown} raster={raster} at={point} />
      {raster.scale && <ScaleBar scale={raster.scale} note={raster.tiles?.scales ? t("inspect.drawn.firstChannel") : undefined} />}
      {raster.pooled && <p className="number text-sm text-muted">{t("inspect.drawn.pooled", { rows: raster.pooled.rows, columns: raster.pooled.columns })}</p>}
      {raster.basis && <BasisWords basis={raster.basis} />}
    </>
  );
}

/** The chosen view of the looked-at tensor. */
export function TensorView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const t = useTranslations();
  const { choice, subject, of } = inspected;
  const { draws } = choice;
  const named = { view: choice.title, node: subject.title };
  const label = subject.frame ? t("inspect.drawn.labelAtStep", { ...named, step: subject.frame.step }) : t("inspect.drawn.label", named);
  switch (draws.by) {
    case "worker":
      return <DrawnView view={draws.view} label={label} place={`${subject.runId} ${subject.instance} ${subject.port} ${of.name}`} picks={choice.picks === "patch"} Surface={Surface} />;
    case "tokens": {
      const { tokens, truncated } = subject.output?.facts ?? {};
      return <TokensView of={of} tokens={Array.isArray(tokens) ? tokens.map(String) : []} truncated={typeof truncated === "number" ? truncated : 0} />;
    }
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

