"use client";

import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { formatValue } from "@/app/ui/quantity";

const width = 240;
const height = 36;

export interface ChartPoint {
  readonly step: number;
  readonly value: number;
}

interface LineChartProps {
  title: string;
  points: readonly ChartPoint[];
  /** Steps there are in all: the axis is as long from the beginning. */
  total: number;
  /** The step looked at. */
  step: number;
  /** Drawn as an area behind the line, such as the smallest and the largest value. */
  band?: readonly { readonly step: number; readonly low: number; readonly high: number }[];
}

const ofStep = (at: number, total: number) => (total <= 1 ? width / 2 : ((at - 1) / (total - 1)) * width);

/** The curve as SVG draws it. Made once for its points: there may be ten thousand, and looking at another step moves a mark only. */
function curveOf(points: readonly ChartPoint[], band: NonNullable<LineChartProps["band"]>, total: number) {
  const drawable = points.filter(({ value }) => Number.isFinite(value));
  const area = band.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const values = [...drawable.map(({ value }) => value), ...area.flatMap(({ low, high }) => [low, high])];
  const [low, high] = values.reduce<[number, number]>(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const path = (ends: readonly ChartPoint[]) => ends.map((point) => `${ofStep(point.step, total).toFixed(2)},${y(point.value).toFixed(2)}`).join(" ");
  const lowest = area.map((each) => ({ step: each.step, value: each.low })).reverse();
  const highest = area.map((each) => ({ step: each.step, value: each.high }));
  return { drawable, y, ends: values.length > 0 ? { low, high } : null, line: path(drawable), area: area.length > 1 ? `${path(highest)} ${path(lowest)}` : null };
}

const noBand: NonNullable<LineChartProps["band"]> = [];

/** One number over the steps, on its own scale, with the step looked at marked. */
export function LineChart({ title, points, total, step, band = noBand }: LineChartProps) {
  const t = useTranslations();
  const { drawable, y, ends, line, area } = useMemo(() => curveOf(points, band, total), [points, band, total]);
  const current = drawable.find((point) => point.step === step);
  const x = ofStep(step, total);
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="number flex justify-between gap-3">
        <span className="text-muted">{title}</span>
        <span>{current ? formatValue(current.value) : "–"}</span>
      </figcaption>
      <div className="flex gap-1.5">
        <svg
          viewBox={`-3 -3 ${width + 6} ${height + 6}`}
          className="min-w-0 flex-1 overflow-visible"
          role="img"
          aria-label={drawable.length === 0 ? t("inspector.line.empty", { title }) : t("inspector.line.label", { title, count: drawable.length, first: formatValue(drawable[0]!.value), last: formatValue(drawable.at(-1)!.value) })}
        >
          {area !== null && <polygon points={area} fill="var(--pressed)" />}
          <line x1={x} x2={x} y1={-3} y2={height + 3} stroke="var(--line-strong)" />
          <polyline points={line} fill="none" stroke="var(--muted)" strokeWidth={1.5} strokeLinejoin="round" />
          {current && <circle cx={x} cy={y(current.value)} r={3} fill="var(--ink)" />}
        </svg>
        {ends && (
          <div aria-hidden className="number flex w-12 shrink-0 flex-col justify-between text-right text-xs text-faint">
            <span>{formatValue(ends.high)}</span>
            {ends.high !== ends.low && <span>{formatValue(ends.low)}</span>}
          </div>
        )}
      </div>
    </figure>
  );
}
