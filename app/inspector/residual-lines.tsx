"use client";

import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { formatValue } from "@/app/ui/quantity";
import type { StoredFrame } from "@/nodes/run-events";
import { useValuesOver } from "./tensor-queries";
import { colourStops } from "./tensors/colour-maps";
import { keptFrames, sampled } from "./timeline";
import type { TensorRef } from "./worker/contract";

const width = 240;
const height = 140;

/** Without the darkest and the lightest colours of the map, which one of the themes would swallow. */
const palette = colourStops("sequential", 24).slice(6, 20);

/** A line for each block, in colours from the first block to the last; the one under the pointer is said below. */
export function ResidualLines({ timeline, frames, step }: { timeline: readonly TensorRef[]; frames: readonly StoredFrame[]; step: number }) {
  const t = useTranslations();
  const name = timeline[0]!.name;
  const kept = useMemo(() => sampled(keptFrames(frames)), [frames]);
  const values = useValuesOver(useMemo(() => kept.map(({ tensors }) => ({ hash: tensors.hash, name })), [kept, name]));
  const [at, setAt] = useState<number | null>(null);
  if (values.error) return <p className="text-muted">{values.error.message}</p>;
  const points = (values.data ?? []).flatMap((norms, index) => (norms && kept[index] ? [{ step: kept[index].step, norms }] : []));
  const blocks = points[0]?.norms.length ?? 0;
  const total = kept.at(-1)?.total ?? 1;
  const most = Math.max(...points.flatMap(({ norms }) => [...norms].filter(Number.isFinite)), 1e-12);
  const x = (each: number) => (total <= 1 ? width / 2 : ((each - 1) / (total - 1)) * width);
  const y = (norm: number) => height - (norm / most) * height;
  const colourOf = (block: number) => palette[blocks > 1 ? Math.round((block / (blocks - 1)) * (palette.length - 1)) : 0]!;
  const current = points.find((point) => point.step === step);
  return (
    <figure className="flex flex-col gap-1">
      <div className="flex gap-1.5">
        <svg viewBox={`-3 -3 ${width + 6} ${height + 6}`} className="max-h-[60vh] min-h-0 min-w-0 flex-1" role="img" aria-label={t("inspector.bars.residualsOverSteps", { count: blocks })} onPointerLeave={() => setAt(null)}>
          <line x1={x(step)} x2={x(step)} y1={-3} y2={height + 3} stroke="var(--line-strong)" />
          {Array.from({ length: blocks }, (_, block) => {
            const line = points.filter(({ norms }) => Number.isFinite(norms[block]!)).map((point) => `${x(point.step).toFixed(2)},${y(point.norms[block]!).toFixed(2)}`).join(" ");
            return (
              <g key={block} onPointerEnter={() => setAt(block)}>
                <polyline points={line} fill="none" stroke="transparent" strokeWidth={6} />
                <polyline points={line} fill="none" stroke={at === block ? "var(--ink)" : colourOf(block)} strokeWidth={at === block ? 2 : 1.25} strokeLinejoin="round" />
              </g>
            );
          })}
        </svg>
        <div aria-hidden className="number flex w-12 shrink-0 flex-col justify-between text-right text-xs text-faint">
          <span>{formatValue(most)}</span>
          <span>0</span>
        </div>
      </div>
      <figcaption className="number flex flex-wrap items-center justify-between gap-2 text-sm text-muted">
        <span className="flex items-center gap-1.5">
          {t("inspector.bars.block", { block: "1" })}
          <span aria-hidden className="h-2 w-16 rounded-sm" style={{ background: `linear-gradient(to right, ${palette.join(", ")})` }} />
          {t("inspector.bars.block", { block: String(blocks) })}
        </span>
        <span>{at !== null && current && t("inspector.bars.bar", { name: t("inspector.bars.block", { block: String(at + 1) }), value: formatValue(current.norms[at]!) })}</span>
      </figcaption>
    </figure>
  );
}
