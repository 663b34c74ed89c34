"use client";

import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { type ChartPoint, LineChart } from "@/app/inspector/line-chart";
import type { Subject } from "@/app/inspector/subject";
import { stepSizes } from "@/app/inspector/timeline";

/** Names of numbers that people know by another. */
const titles: ReadonlyMap<string, "inspect.schedule.sigma" | "inspect.schedule.masked"> = new Map([["sigma", "inspect.schedule.sigma"], ["masked", "inspect.schedule.masked"]]);

/** Each number that a node says of its steps, as points. */
function seriesOf(frames: Subject["frames"]): { name: string; points: readonly ChartPoint[] }[] {
  const names = Object.keys(frames[0]?.numbers ?? {});
  return names.map((name) => ({ name, points: frames.flatMap(({ step, numbers }) => (numbers[name] === undefined ? [] : [{ step, value: numbers[name] }])) }));
}

/** The numbers that a node says of each step, with the looked-at step marked. */
export function ScheduleCharts({ subject: { frames, frame } }: { subject: Subject }) {
  const t = useTranslations();
  const series = useMemo(() => seriesOf(frames), [frames]);
  const sizes = useMemo(() => stepSizes(frames), [frames]);
  if (!frame || frames.length < 2) return null;
  return (
    <section aria-label={t("inspect.schedule.label")} className="flex flex-col gap-2">
      {series.map(({ name, points }) => (
        <LineChart key={name} title={titles.has(name) ? t(titles.get(name)!) : name} points={points} total={frame.total} step={frame.step} />
      ))}
      {sizes.length > 0 && <LineChart title={t("inspect.schedule.stepSize")} points={sizes} total={frame.total} step={frame.step} />}
    </section>
  );
}
