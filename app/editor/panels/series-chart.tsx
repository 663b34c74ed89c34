"use client";

import { formatValue } from "@/app/ui/quantity";
import type { StoredFrame } from "@/nodes/run-events";

const width = 240;
const height = 36;
const names: Record<string, string> = { sigma: "σ" };

/** One scalar over the steps, on its own scale, with the step looked at marked. */
export function SeriesChart({ name, frames, step }: { name: string; frames: readonly StoredFrame[]; step: number }) {
  const points = frames.flatMap((frame) => (frame.numbers[name] === undefined ? [] : [{ step: frame.step, value: frame.numbers[name] }]));
  const total = frames.at(-1)?.total ?? 1;
  const values = points.map((point) => point.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => (total <= 1 ? width / 2 : ((at - 1) / (total - 1)) * width);
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const current = points.find((point) => point.step === step);
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="number flex justify-between">
        <span className="text-muted">{names[name] ?? name}</span>
        <span>{current ? formatValue(current.value) : ""}</span>
      </figcaption>
      <svg viewBox={`-3 -3 ${width + 6} ${height + 6}`} className="w-full overflow-visible" role="img" aria-label={`${name} over ${points.length} steps, from ${formatValue(values[0] ?? 0)} to ${formatValue(values.at(-1) ?? 0)}`}>
        {current && <line x1={x(step)} x2={x(step)} y1={-3} y2={height + 3} stroke="var(--line-strong)" />}
        <polyline points={points.map((point) => `${x(point.step)},${y(point.value)}`).join(" ")} fill="none" stroke="var(--muted)" strokeWidth={1.5} strokeLinejoin="round" />
        {current && <circle cx={x(step)} cy={y(current.value)} r={3} fill="var(--ink)" />}
      </svg>
    </figure>
  );
}
