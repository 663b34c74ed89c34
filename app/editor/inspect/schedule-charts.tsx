"use client";

import { useTranslations } from "use-intl";
import { LineChart } from "@/app/inspector/line-chart";
import type { Subject } from "@/app/inspector/subject";
import { stepSizes } from "@/app/inspector/timeline";

/** Names of numbers that people know by another. */
const titles: ReadonlyMap<string, "inspect.schedule.sigma" | "inspect.schedule.masked"> = new Map([["sigma", "inspect.schedule.sigma"], ["masked", "inspect.schedule.masked"]]);

/** The numbers that a node says of each step, with the looked-at step marked. */
export function ScheduleCharts({ subject: { frames, frame } }: { subject: Subject }) {
  const t = useTranslations();
  if (!frame || frames.length < 2) return null;
  const sizes = stepSizes(frames);
  return (
    <section aria-label={t("inspect.schedule.label")} className="flex flex-col gap-2">
      {Object.keys(frame.numbers).map((name) => (
        <LineChart key={name} title={titles.has(name) ? t(titles.get(name)!) : name} points={frames.flatMap(({ step, numbers }) => (numbers[name] === undefined ? [] : [{ step, value: numbers[name] }]))} total={frame.total} step={frame.step} />
      ))}
      {sizes.length > 0 && <LineChart title={t("inspect.schedule.stepSize")} points={sizes} total={frame.total} step={frame.step} />}
    </section>
  );
}
