"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { samplerAttentionProbe, unmaskerAttentionProbe } from "@/nodes/probes";
import { type Point, RasterCanvas, Readout } from "@/app/inspector/raster-canvas";
import { ScaleBar } from "@/app/inspector/scale-bar";
import { fadedRaster } from "@/app/inspector/tensors/fading";
import { tokenText } from "@/app/inspector/tokens-view";
import { useRasters } from "@/app/inspector/use-rasters";
import type { Grid, View } from "@/app/inspector/worker/contract";
import { formatValue, joined } from "@/app/ui/quantity";
import type { Output } from "@/nodes/run-events";
import { ArtifactPicture } from "../node/artifact-picture";
import { useEditor, useEditorStore } from "../store/editor-context";
import { inspect, setViewOptions } from "../store/inspect-actions";
import { EarlierWords, ProbeWords } from "./probe-words";
import type { Surface } from "./surface";
import type { Inspected } from "./use-inspected";
import { useProbe } from "./use-probe";
import { LabelledSelect } from "./view-controls";

interface AttentionFacts {
  readonly tokens: readonly string[];
  readonly blocks: readonly string[];
  readonly grid: Grid;
}

function factsOf({ facts }: Output): AttentionFacts {
  const words = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const count = (value: unknown) => (typeof value === "number" ? value : 1);
  return { tokens: words(facts.tokens), blocks: words(facts.blocks), grid: { rows: count(facts.rows), columns: count(facts.columns) } };
}

/** "double 3" → "double": blocks of one kind can be chosen together. */
const kindOf = (block: string) => block.replace(/ \d+$/, "");

function BlockChoice({ blocks }: { blocks: readonly string[] }) {
  const t = useTranslations();
  const store = useEditorStore();
  const chosen = useEditor((state) => state.inspection.blocks);
  const kinds = [...new Set(blocks.map(kindOf))];
  const groups = [
    { value: "", title: t("inspect.attention.all", { count: blocks.length }), indices: null },
    ...(kinds.length > 1 ? kinds.map((kind) => ({ value: kind, title: t("inspect.attention.allOfKind", { kind }), indices: blocks.flatMap((block, index) => (kindOf(block) === kind ? [index] : [])) })) : []),
    ...blocks.map((block, index) => ({ value: block, title: block, indices: [index] })),
  ];
  const current = groups.find(({ indices }) => indices?.join() === chosen?.join()) ?? groups[0]!;
  return <LabelledSelect label={t(kinds[0] === "layer" ? "inspect.attention.layers" : "inspect.attention.blocks")} value={current.value} choices={groups} onChange={(value) => inspect(store, { blocks: groups.find((group) => group.value === value)?.indices ?? null })} />;
}

/** The chosen blocks that this model has; null stands for all. */
function useBlocks(count: number): readonly number[] {
  const chosen = useEditor((state) => state.inspection.blocks);
  const known = chosen?.filter((block) => block < count) ?? [];
  return known.length > 0 ? known : Array.from({ length: count }, (_, index) => index);
}

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

/** Tokens with how much attention each gets; pressed ones are those the map is of. */
function TokenChips({ tokens, weights, pressed, onToggle }: { tokens: readonly string[]; weights: ArrayLike<number> | null; pressed: readonly number[] | null; onToggle?: (index: number) => void }) {
  const t = useTranslations();
  const most = weights ? Math.max(...Array.from({ length: tokens.length }, (_, index) => weights[index] ?? 0), 1e-12) : 1;
  return (
    <div role="group" aria-label={t("inspect.attention.tokens")} className="flex flex-wrap gap-1">
      {tokens.map((token, index) => {
        const weight = weights?.[index];
        const title = weight === undefined ? tokenText(token) : t("inspect.attention.token", { token: tokenText(token), weight: formatValue(weight) });
        return (
          <button
            key={index}
            type="button"
            title={title}
            aria-label={title}
            aria-pressed={pressed ? pressed.includes(index) : undefined}
            disabled={!onToggle}
            onClick={() => onToggle?.(index)}
            className="relative h-6 overflow-hidden rounded-md border border-line px-1.5 font-mono text-sm enabled:hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-pressed"
          >
            {weight !== undefined && <span aria-hidden className="absolute inset-x-0 bottom-0 bg-(--type-conditioning) opacity-40" style={{ height: `${(weight / most) * 100}%` }} />}
            <span className="relative">{tokenText(token)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** The last word of the prompt stands for it until others are chosen. */
function firstToken(tokens: readonly string[]): readonly number[] {
  const last = tokens.findLastIndex((token) => !token.startsWith("<"));
  return [Math.max(0, last)];
}

function SamplerAttention({ inspected, output, Surface }: { inspected: Inspected; output: Output; Surface: Surface }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [over, setOver] = useState(true);
  const { tokens, blocks, grid } = factsOf(output);
  const chosen = useEditor((state) => state.inspection.tokens);
  const known = chosen?.filter((token) => token < tokens.length) ?? [];
  const shown = known.length > 0 ? known : firstToken(tokens);
  const averaged = useBlocks(blocks.length);
  const toggle = (index: number) => inspect(store, { tokens: shown.includes(index) ? (shown.length > 1 ? shown.filter((token) => token !== index) : shown) : [...shown, index] });
  return (
    <>
      <TokenChips tokens={tokens} weights={null} pressed={shown} onToggle={toggle} />
      <AttentionMap
        view={{ kind: "slice", of: { hash: output.tensors.hash, name: "attention" }, at: [averaged, shown], grid }}
        inspected={inspected}
        label={t("inspect.attention.toTokens", { tokens: joined(shown.map((index) => tokenText(tokens[index] ?? "")), t) })}
        Surface={Surface}
        over={over}
      />
      <BlockChoice blocks={blocks} />
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={over} onChange={(event) => setOver(event.target.checked)} />
        {t("inspect.attention.overGuess")}
      </label>
    </>
  );
}

function UnmaskerAttention({ inspected, output, Surface }: { inspected: Inspected; output: Output; Surface: Surface }) {
  const t = useTranslations();
  const store = useEditorStore();
  const { tokens, blocks, grid } = factsOf(output);
  const patch = Math.min(useEditor((state) => state.inspection.options.patch) ?? 0, grid.rows * grid.columns - 1);
  const averaged = useBlocks(blocks.length);
  const of = { hash: output.tensors.hash, name: "attention" };
  // The same numbers, once as a row: how much goes to each token.
  const { drawn } = useRasters([{ kind: "slice", of, at: [averaged, patch], grid: { rows: 1, columns: tokens.length } }], false);
  return (
    <>
      <AttentionMap
        view={{ kind: "slice", of, at: [averaged, patch], grid, from: tokens.length }}
        inspected={inspected}
        label={t("inspect.attention.toPatches")}
        Surface={Surface}
        over={false}
        picked={patch}
        onPick={(index) => setViewOptions(store, { patch: index })}
      />
      <p className="text-sm text-muted">{t("inspect.attention.toWords")}</p>
      <TokenChips tokens={tokens} weights={drawn?.rasters[0]?.values ?? null} pressed={null} />
      <BlockChoice blocks={blocks} />
    </>
  );
}

/** What attends to what in the step looked at. */
export function AttentionView({ inspected, Surface }: { inspected: Inspected; Surface: Surface }) {
  const samples = inspected.subject.nodeType === "flux-sampler";
  const probing = useProbe(inspected, "attention", samples ? samplerAttentionProbe : unmaskerAttentionProbe);
  const { output, problem } = probing;
  if (!output || problem !== null) return <ProbeWords probing={probing} />;
  return (
    <>
      {samples ? <SamplerAttention inspected={inspected} output={output} Surface={Surface} /> : <UnmaskerAttention inspected={inspected} output={output} Surface={Surface} />}
      <EarlierWords probing={probing} />
    </>
  );
}
