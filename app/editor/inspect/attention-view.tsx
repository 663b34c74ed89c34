"use client";

import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { attentionFacts, chosenTokens, patchAttention, wordAttention } from "@/app/inspector/attention";
import { type Point, RasterCanvas, Readout } from "@/app/inspector/raster-canvas";
import { ScaleBar } from "@/app/inspector/scale-bar";
import { fadedRaster } from "@/app/inspector/tensors/fading";
import { tokenText } from "@/app/inspector/tokens-view";
import { useRasters } from "@/app/inspector/use-rasters";
import type { View } from "@/app/inspector/worker/contract";
import { joined } from "@/app/ui/quantity";
import type { Output } from "@/nodes/run-events";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditorStore } from "../store/editor-context";
import { setViewOptions } from "../store/inspect-actions";
import { BlockChoice, TokenChips, TokenChoice } from "./attention-choices";
import { EarlierWords, ProbeWords } from "./probe-words";
import type { Surface } from "./surface";
import type { Inspected } from "./use-inspected";
import { useProbe } from "./use-probe";
import { useAttentionChoice } from "./use-shown-view";

interface MapProps {
  view: View;
  inspected: Inspected;
  label: string;
  Surface: Surface;
  /** Laid over the picture of the step. */
  over: boolean;
  picked?: number | undefined;
  onPick?: ((patch: number) => void) | undefined;
}

function AttentionMap({ view, inspected, label, Surface, over, picked, onPick }: MapProps) {
  const t = useTranslations();
  const { drawn, error } = useRasters([view], false);
  const [point, setPoint] = useState<Point | null>(null);
  const raster = drawn?.rasters[0];
  const shown = drawn?.views[0];
  if (error !== null) return <p className="text-muted">{error}</p>;
  if (!raster || !shown || !("grid" in shown)) return <div className="aspect-square w-full rounded-md bg-field" aria-busy />;
  const preview = over ? inspected.subject.frame?.preview : null;
  const laid = preview ? fadedRaster(raster) : raster;
  return (
    <>
      <Surface label={label} picture={raster}>
        <div className="relative size-full">
          {preview && <ArtifactPicture hash={preview.hash} alt="" className="absolute inset-0 size-full grayscale" />}
          <RasterCanvas raster={laid} view={shown} label={label} grid={onPick && shown.grid} picked={picked} onPick={onPick} onPoint={setPoint} />
        </div>
      </Surface>
      <Readout view={shown} raster={raster} at={point} />
      {raster.scale && <ScaleBar scale={raster.scale} quantity={t("inspect.attention.scale")} fades={Boolean(preview)} />}
    </>
  );
}

interface AttentionProps {
  inspected: Inspected;
  output: Output;
  Surface: Surface;
  /** When the map is of an earlier step. */
  said: ReactNode;
}

/** In one row where there is room: what is above gets the height. */
function Options({ children, said }: { children: ReactNode; said: ReactNode }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">{children}</div>
      {said}
    </>
  );
}

function SamplerAttention({ inspected, output, Surface, said }: AttentionProps) {
  const t = useTranslations();
  const [over, setOver] = useState(true);
  const { tokens, blocks } = attentionFacts(output);
  const choice = useAttentionChoice();
  const shown = chosenTokens(choice.tokens, tokens);
  return (
    <>
      <TokenChoice tokens={tokens} />
      <AttentionMap view={wordAttention(output, choice)} inspected={inspected} label={t("inspect.attention.toTokens", { tokens: joined(shown.map((index) => tokenText(tokens[index] ?? "")), t) })} Surface={Surface} over={over} />
      <Options said={said}>
        <BlockChoice blocks={blocks} />
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={over} onChange={(event) => setOver(event.target.checked)} />
          {t("inspect.attention.overGuess")}
        </label>
      </Options>
    </>
  );
}

function UnmaskerAttention({ inspected, output, Surface, said }: AttentionProps) {
  const t = useTranslations();
  const store = useEditorStore();
  const { tokens, blocks, grid } = attentionFacts(output);
  const choice = useAttentionChoice();
  // The same numbers, once as a row: how much goes to each token.
  const { drawn } = useRasters([patchAttention(output, choice, "tokens")], false);
  return (
    <>
      <AttentionMap
        view={patchAttention(output, choice, "patches")}
        inspected={inspected}
        label={t("inspect.attention.toPatches")}
        Surface={Surface}
        over={false}
        picked={Math.min(choice.patch ?? 0, grid.rows * grid.columns - 1)}
        onPick={(index) => setViewOptions(store, { patch: index })}
      />
      <p className="text-sm text-muted">{t("inspect.attention.toWords")}</p>
      <TokenChips tokens={tokens} weights={drawn?.rasters[0]?.values ?? null} pressed={null} />
      <Options said={said}>
        <BlockChoice blocks={blocks} />
      </Options>
    </>
  );
}

/** What attends to what in the step looked at. */
export function AttentionView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const probing = useProbe(inspected);
  const { output, problem } = probing;
  if (!output || problem !== null) return <ProbeWords probing={probing} />;
  const props = { inspected, output, Surface, said: <EarlierWords probing={probing} /> };
  return inspected.subject.nodeType === "flux-sampler" ? <SamplerAttention {...props} /> : <UnmaskerAttention {...props} />;
}
