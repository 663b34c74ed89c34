"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { formatCount, formatValue } from "@/app/ui/quantity";

const width = 240;
const height = 48;

interface BarChartProps {
  label: string;
  values: readonly number[];
  /** What one bar is called, for the readout. */
  nameOf: (index: number) => string;
  say?: (value: number) => string;
  low: string;
  high: string;
  colour?: string;
}

/** Bars from zero, with the one under the pointer said below. */
export function BarChart({ label, values, nameOf, say = formatValue, low, high, colour = "var(--muted)" }: BarChartProps) {
  const t = useTranslations();
  const [at, setAt] = useState<number | null>(null);
  const most = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, value) : max), 0);
  const step = width / Math.max(1, values.length);
  return (
    <figure className="flex flex-col gap-0.5" aria-label={label}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="h-12 w-full" role="img" aria-label={t("inspector.bars.label", { label, count: values.length, highest: say(most) })} onPointerLeave={() => setAt(null)}>
        {values.map((value, index) => {
          const bar = most > 0 && Number.isFinite(value) ? Math.max(value > 0 ? 0.75 : 0, (value / most) * height) : 0;
          return (
            <g key={index} onPointerEnter={() => setAt(index)}>
              <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
              <rect x={index * step + step * 0.08} y={height - bar} width={step * 0.84} height={bar} fill={index === at ? "var(--ink)" : colour} />
            </g>
          );
        })}
      </svg>
      <figcaption className="number flex justify-between gap-2 text-sm text-muted">
        <span>{low}</span>
        <span className="truncate">{at !== null && values[at] !== undefined ? t("inspector.bars.bar", { name: nameOf(at), value: say(values[at]) }) : ""}</span>
        <span>{high}</span>
      </figcaption>
    </figure>
  );
}

/** How often values of a tensor fall into each of equal bins. */
export function HistogramChart({ low, high, counts }: { low: number; high: number; counts: readonly number[] }) {
  const t = useTranslations();
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  // Only what is finite is counted.
  if (counts.every((count) => count === 0)) return <p className="text-muted">{t("inspector.numbers.noFinite")}</p>;
  const edge = (bin: number) => low + ((high - low) * bin) / counts.length;
  return (
    <BarChart
      label={t("inspector.bars.histogram")}
      values={counts}
      nameOf={(bin) => t("inspector.bars.bin", { from: formatValue(edge(bin)), to: formatValue(edge(bin + 1)) })}
      say={(count) => formatCount(count)}
      low={formatValue(low)}
      high={formatValue(high)}
    />
  );
}

const channels = [
  { name: "red", colour: "oklch(0.62 0.2 25)" },
  { name: "green", colour: "oklch(0.62 0.16 145)" },
  { name: "blue", colour: "oklch(0.6 0.16 255)" },
  { name: "alpha", colour: "var(--muted)" },
] as const;

/** How often a picture's channels have which values: bins of four levels, from 0 to 255. */
export function ChannelHistograms({ histograms }: { histograms: readonly { readonly counts: readonly number[] }[] }) {
  const t = useTranslations();
  return (
    <div className="flex flex-col gap-2">
      {channels.slice(0, histograms.length).map(({ name, colour }, index) => {
        const { counts } = histograms[index]!;
        const size = 256 / counts.length;
        const title = t("inspector.bars.ofChannel", { channel: name });
        return (
          <div key={name}>
            <p className="text-sm text-muted">{title}</p>
            <BarChart label={title} values={counts} colour={colour} nameOf={(bin) => t("inspector.bars.bin", { from: String(bin * size), to: String((bin + 1) * size - 1) })} say={(count) => formatCount(count)} low="0" high="255" />
          </div>
        );
      })}
    </div>
  );
}
