"use client";

import { useQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { attentionFacts } from "@/app/inspector/attention";
import { compareModes, type CompareMode } from "@/app/inspector/inspection";
import { PictureKey } from "@/app/inspector/picture-key";
import { type Point, RasterCanvas, Readout } from "@/app/inspector/raster-canvas";
import { ScaleBar } from "@/app/inspector/scale-bar";
import { useDifference } from "@/app/inspector/tensor-queries";
import { quantityOf } from "@/app/inspector/views";
import { useRasters } from "@/app/inspector/use-rasters";
import { type Zoom, ZoomSurface } from "@/app/inspector/zoom-surface";
import { inspectorWorker } from "@/app/inspector/worker/shared-inspector";
import type { Raster, View } from "@/app/inspector/worker/contract";
import { keyOfViews } from "@/app/inspector/worker/messages";
import { IconButton } from "@/app/ui/icon-button";
import { ChoiceChips } from "@/app/ui/choice-chips";
import { formatValue } from "@/app/ui/quantity";
import { useEditor, useEditorStore } from "../store/editor-context";
import { inspect } from "../store/inspect-actions";
import { BlockChoice, TokenChoice } from "./attention-choices";
import { OneScale } from "./one-scale";
import { OtherControls } from "./other-controls";
import { EarlierWords, ProbeWords } from "./probe-words";
import { RunDifferences } from "./run-differences";
import { canHaveOneScale, scaledTo, useStepsScale } from "./steps-scale";
import { useShownView } from "./use-shown-view";
import { useZoom } from "./use-zoom";
import { type Inspected, useInspecting, useOtherSubject } from "./use-inspected";

const flickerMs = 500;

/** PSNR and the like of the two tensors themselves, whatever the view. */
function DifferenceNumbers({ a, b }: { a: Inspected; b: Inspected }) {
  const t = useTranslations();
  const difference = useDifference(a.of, b.of);
  if (difference.error) return <p className="text-sm text-muted">{difference.error.message}</p>;
  const numbers = difference.data;
  if (!numbers) return <p className="h-5" />;
  const say = (value: number, unit = "") => (Math.abs(value) === Infinity ? (value > 0 ? "∞" : "−∞") : Number.isNaN(value) ? "–" : `${formatValue(value)}${unit}`);
  const rows = [
    [t("inspect.compare.largest"), say(numbers.maxAbs)],
    [t("inspect.compare.mean"), say(numbers.meanAbs)],
    ["PSNR", say(numbers.psnr, " dB")],
    [t("inspect.compare.cosine"), say(numbers.cosine)],
  ];
  return (
    <dl aria-label={t("inspect.compare.numbers")} className="number flex flex-wrap gap-x-5 gap-y-1">
      {rows.map(([name, value]) => (
        <div key={name} className="flex gap-2">
          <dt className="text-muted">{name}</dt>
          <dd className="select-text">{value}</dd>
        </div>
      ))}
      {numbers.equal && <div className="text-good">{t("inspect.compare.equal")}</div>}
    </dl>
  );
}

interface PairProps {
  a: { view: View; raster: Raster; label: string };
  b: { view: View; raster: Raster; label: string };
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  onPoint: (at: Point | null) => void;
}

const sharedMax = (a: Raster, b: Raster) => ({ width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) });

function Caption({ children }: { children: ReactNode }) {
  return <span className="absolute top-2 left-2 z-10 max-w-[calc(100%-1rem)] truncate rounded-md bg-panel/90 px-1.5 text-sm">{children}</span>;
}

function SideBySide({ a, b, zoom, onZoom, onPoint }: PairProps) {
  const t = useTranslations();
  return (
    <div className="flex min-h-0 flex-1 gap-3">
      {[a, b].map((each, index) => (
        <div key={each === a ? "a" : "b"} className="relative flex min-w-0 flex-1">
          <Caption>{t("inspect.compare.caption", { which: index === 0 ? "A" : "B", label: each.label })}</Caption>
          <ZoomSurface label={each.label} picture={each.raster} zoom={zoom} onZoom={onZoom}>
            <RasterCanvas raster={each.raster} view={each.view} label={each.label} onPoint={onPoint} />
          </ZoomSurface>
        </div>
      ))}
    </div>
  );
}

/** A to the left of a line, B to the right. */
function Swipe({ a, b, zoom, onZoom, onPoint }: PairProps) {
  const t = useTranslations();
  const [at, setAt] = useState(50);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col gap-2">
      <ZoomSurface label={t("inspect.compare.oneOverOther")} picture={sharedMax(a.raster, b.raster)} zoom={zoom} onZoom={onZoom}>
        <RasterCanvas raster={a.raster} view={a.view} label={a.label} onPoint={onPoint} className="size-full" />
        <div className="pointer-events-none absolute inset-0" style={{ clipPath: `inset(0 0 0 ${at}%)` }}>
          <RasterCanvas raster={b.raster} view={b.view} label={b.label} className="size-full" />
        </div>
        <div aria-hidden className="pointer-events-none absolute inset-y-0 w-px bg-white outline outline-black" style={{ left: `${at}%` }} />
      </ZoomSurface>
      <label className="grid grid-cols-[auto_1fr_auto] items-center gap-3 text-sm text-muted">
        A <input type="range" min={0} max={100} step={0.5} value={at} onChange={(event) => setAt(Number(event.target.value))} aria-label={t("inspect.compare.line")} className="w-full accent-(--accent)" /> B
      </label>
    </div>
  );
}

/** One after the other, in one place; with reduced motion, only when asked. */
function Flicker({ a, b, zoom, onZoom, onPoint }: PairProps) {
  const t = useTranslations();
  const [first, setFirst] = useState(true);
  const [changing, setChanging] = useState(() => !window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!changing) return;
    const timer = setInterval(() => setFirst((before) => !before), flickerMs);
    return () => clearInterval(timer);
  }, [changing]);
  const shown = first ? a : b;
  return (
    <div className="relative flex min-h-0 flex-1">
      <Caption>
        <span className="flex items-center gap-1">
          <IconButton label={t(changing ? "inspect.compare.stopFlickering" : "inspect.compare.flicker")} icon={changing ? <Pause size={14} /> : <Play size={14} />} onClick={() => setChanging(!changing)} />
          <button type="button" title={t("inspect.compare.other")} onClick={() => (setChanging(false), setFirst(!first))}>
            {t("inspect.compare.caption", { which: first ? "A" : "B", label: shown.label })}
          </button>
        </span>
      </Caption>
      <ZoomSurface label={t("inspect.compare.inTurn")} picture={shown.raster} zoom={zoom} onZoom={onZoom}>
        <RasterCanvas raster={shown.raster} view={shown.view} label={shown.label} onPoint={onPoint} />
      </ZoomSurface>
    </div>
  );
}

/** The view of A − B. */
function DifferenceMap({ a, b, zoom, onZoom, onPoint, point }: Omit<PairProps, "a" | "b"> & { a: View; b: View; point: Point | null }) {
  const t = useTranslations();
  // Colours of components are not subtracted: what stands for their difference is how far apart the vectors are.
  const apart = a.kind === b.kind && (a.kind === "patch-components" || a.kind === "latent-components");
  const name = apart ? t("inspect.compare.apartQuantity") : "A − B";
  const map = useQuery({ queryKey: ["difference map", keyOfViews([a, b])], queryFn: () => inspectorWorker().drawDifference(a, b), staleTime: Infinity, gcTime: 0, retry: false, placeholderData: (before) => before });
  if (map.error) return <p className="m-auto max-w-96 text-center text-muted">{map.error.message}</p>;
  if (!map.data) return <div className="flex-1 rounded-lg bg-field" aria-busy />;
  return (
    <>
      <ZoomSurface label={name} picture={map.data} zoom={zoom} onZoom={onZoom}>
        <RasterCanvas raster={map.data} view={a} label={name} onPoint={onPoint} />
      </ZoomSurface>
      <Readout view={a} raster={map.data} at={point} />
      {map.data.scale && <ScaleBar scale={map.data.scale} quantity={apart ? t("inspect.compare.apartQuantity") : t("inspect.compare.differenceOf", { quantity: quantityOf(a, t) })} note={Number.isNaN(map.data.scale.high) ? t("inspect.compare.noFinite") : map.data.scale.high > 0 ? undefined : t("inspect.compare.noDifference")} />}
      <PictureKey view={null} rasters={[map.data]} />
      {apart && <p className="text-sm text-muted">{t("inspect.compare.apart")}</p>}
    </>
  );
}

const sameShape = (a: Inspected, b: Inspected) => a.tensor.summary.dims.join() === b.tensor.summary.dims.join();

/** Components of both by the basis of A: with two bases equal colours would mean different things. */
function withBasisOf(a: View, b: View, fits: boolean): View {
  return fits && "timeline" in a && "timeline" in b && a.kind === b.kind ? ({ ...b, timeline: a.timeline } as View) : b;
}

const sameScale = ({ scale: a, tiles: tilesA }: Raster, { scale: b, tiles: tilesB }: Raster) => a !== null && b !== null && !tilesA?.scales && !tilesB?.scales && a.map === b.map && a.low === b.low && a.high === b.high;

/** Whether both show one quantity: only then one scale says something of both. */
function ofOneKind(a: View, b: View): boolean {
  const from = (view: View) => (view.kind === "slice" ? (view.from ?? 0) : null);
  const name = (view: View) => (view.kind === "unmask-order" ? null : view.of.name);
  return a.kind === b.kind && name(a) === name(b) && from(a) === from(b);
}

/** What the colours of both stand for; one bar only where that is true. `steps`: one scale for all steps is offered. */
function Scales({ views: [viewA, viewB], rasters: [a, b], steps }: { views: readonly [View, View]; rasters: readonly [Raster, Raster]; steps: boolean }) {
  const t = useTranslations();
  const joined = ofOneKind(viewA, viewB);
  const note = (words: string) => (
    <span className="flex flex-wrap justify-end gap-x-4">
      {words}
      {steps && <OneScale />}
    </span>
  );
  if (joined && sameScale(a, b)) return <ScaleBar scale={a.scale!} quantity={quantityOf(viewA, t)} note={note(t("inspect.compare.oneScale"))} />;
  return (
    <div className="grid grid-cols-2 gap-x-3">
      {!joined && a.scale && b.scale && <p className="col-span-2 text-sm text-muted">{t("inspect.compare.ownScales")}</p>}
      {steps && (
        <div className="col-span-2 flex text-sm">
          <OneScale />
        </div>
      )}
      {[a, b].map((raster, index) => (
        <div key={index === 0 ? "a" : "b"}>{raster.scale && <ScaleBar scale={raster.scale} quantity={quantityOf(index === 0 ? viewA : viewB, t)} note={raster.tiles?.scales ? t("inspect.compare.firstChannelOf", { which: index === 0 ? "A" : "B" }) : index === 0 ? "A" : "B"} />}</div>
      ))}
    </div>
  );
}

function labelOf({ subject, choice }: Inspected, t: Translate): string {
  if (!subject.frame) return subject.title;
  const step = t("common.facts", { first: subject.title, second: t("inspect.atStep", { step: subject.frame.step }) });
  return choice.draws.by === "decoding" ? t("common.facts", { first: step, second: choice.title }) : step;
}

interface ShownPair {
  a: Inspected;
  b: Inspected;
  viewA: View;
  viewB: View;
}

function Pictures({ a, b, viewA, viewB: ofB }: ShownPair) {
  const t = useTranslations();
  const mode = useEditor((state) => state.inspection.mode);
  const [zoom, setZoom] = useZoom();
  const [point, setPoint] = useState<Point | null>(null);
  const viewB = withBasisOf(viewA, ofB, sameShape(a, b));
  const joined = ofOneKind(viewA, viewB);
  const [sideA, sideB] = [{ inspected: a, view: viewA }, { inspected: b, view: viewB }];
  const [scaleA, scaleB] = [useStepsScale(joined ? [sideA, sideB] : [sideA]), useStepsScale(joined ? [sideA, sideB] : [sideB])];
  const { drawn, error } = useRasters(mode !== "difference" ? [scaledTo(viewA, scaleA), scaledTo(viewB, scaleB)] : null, joined);
  if (error !== null) return <p className="m-auto max-w-96 text-center text-muted">{error}</p>;
  const shared = { zoom, onZoom: setZoom, onPoint: setPoint };
  const [rasterA, rasterB] = drawn?.rasters ?? [];
  const [drawnA, drawnB] = drawn?.views ?? [];
  const pair = rasterA && rasterB && drawnA && drawnB ? { a: { view: drawnA, raster: rasterA, label: labelOf(a, t) }, b: { view: drawnB, raster: rasterB, label: labelOf(b, t) } } : null;
  return (
    <>
      {mode === "difference" && <DifferenceMap a={viewA} b={viewB} point={point} {...shared} />}
      {mode !== "difference" && !pair && <div className="flex-1 rounded-lg bg-field" aria-busy />}
      {pair && mode === "side" && <SideBySide {...pair} {...shared} />}
      {pair && mode === "swipe" && <Swipe {...pair} {...shared} />}
      {pair && mode === "flicker" && <Flicker {...pair} {...shared} />}
      {pair && mode !== "difference" && (
        <div className="grid grid-cols-2 gap-3">
          <Readout view={pair.a.view} raster={pair.a.raster} at={point} />
          <Readout view={pair.b.view} raster={pair.b.raster} at={point} />
        </div>
      )}
      {pair && mode !== "difference" && <Scales views={[pair.a.view, pair.b.view]} rasters={[pair.a.raster, pair.b.raster]} steps={canHaveOneScale(a) || canHaveOneScale(b)} />}
      <PictureKey view={viewA} rasters={pair ? [pair.a.raster, pair.b.raster] : []} />
      {mode !== "difference" && rasterA?.basis && <p className="text-sm text-muted">{t(sameShape(a, b) ? "inspect.compare.oneBasis" : "inspect.compare.ownBasis")}</p>}
    </>
  );
}

/** The chosen view of both as pictures; where they have to be computed, those of the step before until they are there. */
function BothShown({ a, b }: { a: Inspected; b: Inspected }) {
  const t = useTranslations();
  const [ofA, ofB] = [useShownView(a), useShownView(b)];
  const probing = [ofA, ofB].map((shown) => shown.probing);
  const problem = probing.find((each) => each !== null && each.problem !== null);
  if (problem) return <ProbeWords probing={problem} />;
  const late = [ofA, ofB].find(({ view, probing: computing }) => view === null && computing !== null)?.probing;
  if (late) return <ProbeWords probing={late} />;
  if (!ofA.view || !ofB.view) return <p className="m-auto max-w-96 text-center text-muted">{t("inspect.compare.noPicture")}</p>;
  const output = a.choice.draws.by === "attention" ? (ofA.probing?.output ?? null) : null;
  const earlier = probing.find((each) => each?.earlier) ?? probing[0];
  return (
    <>
      <Pictures a={a} b={b} viewA={ofA.view} viewB={ofB.view} />
      {output && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {a.subject.nodeType === "flux-sampler" && <TokenChoice tokens={attentionFacts(output).tokens} />}
          <BlockChoice blocks={attentionFacts(output).blocks} />
        </div>
      )}
      {earlier && <EarlierWords probing={earlier} />}
    </>
  );
}

/** Two tensors, by eye and in numbers. */
export function Comparison({ a }: { a: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  const wanted = useEditor((state) => state.inspection);
  const subject = useOtherSubject(a.subject);
  const { other, mode } = wanted;
  const { inspected: b, problem } = useInspecting(subject, { tensor: other?.tensor ?? a.of.name, view: wanted.view, options: wanted.options });
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ChoiceChips<CompareMode> label={t("inspect.compare.how")} value={mode} choices={compareModes.map((value) => ({ value, title: t(`inspector.compare.${value}.title`), help: t(`inspector.compare.${value}.help`) }))} onChange={(next) => inspect(store, { mode: next })} />
        <OtherControls a={a} subject={subject} />
      </div>
      {b ? <BothShown a={a} b={b} /> : <p className="m-auto text-muted">{problem ?? t("inspect.compare.choose")}</p>}
      {b && <DifferenceNumbers a={a} b={b} />}
      {other?.run && <RunDifferences other={other.run} />}
    </div>
  );
}
