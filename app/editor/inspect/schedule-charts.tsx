"use client";

import { LineChart } from "@/app/inspector/line-chart";
import type { Subject } from "@/app/inspector/subject";
import { stepSizes } from "@/app/inspector/timeline";

const titles: Record<string, string> = { sigma: "Noise level σ", masked: "Patches still masked" };

/** The numbers that a node says of each step, with the looked-at step marked. */
export function ScheduleCharts({ subject: { frames, frame } }: { subject: Subject }) {
  if (!frame || frames.length < 2) return null;
  const sizes = stepSizes(frames);
  return (
    <section aria-label="Schedule" className="flex flex-col gap-2">
      {Object.keys(frame.numbers).map((name) => (
        <LineChart key={name} title={titles[name] ?? name} points={frames.flatMap(({ step, numbers }) => (numbers[name] === undefined ? [] : [{ step, value: numbers[name] }]))} total={frame.total} step={frame.step} />
      ))}
      {sizes.length > 0 && <LineChart title="Step size Δσ" points={sizes} total={frame.total} step={frame.step} />}
    </section>
  );
}
