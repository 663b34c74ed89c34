"use client";

import { CircleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { formatBytes, formatValue } from "@/app/ui/quantity";
import type { StoredFrame } from "@/nodes/run-events";
import { ChannelHistograms, HistogramChart } from "./bar-chart";
import { LineChart } from "./line-chart";
import { keptFrames, sampled } from "./timeline";
import { useChannelHistograms, useHistogram, useSeries, useStatistics } from "./tensor-queries";
import type { Statistics, TensorRef, TensorSummary } from "./worker/contract";

const bins = 48;

function Row({ name, children, title }: { name: string; children: React.ReactNode; title?: string }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="number truncate text-right select-text" title={title}>
        {children}
      </dd>
    </div>
  );
}

const say = (value: number) => (Number.isFinite(value) ? formatValue(value) : "–");

function notFiniteWords({ nan, infinite, count }: Statistics, t: Translate): string {
  if (infinite === 0) return t("inspector.numbers.nan", { nan, count });
  return nan === 0 ? t("inspector.numbers.infinite", { infinite, count }) : t("inspector.numbers.nanAndInfinite", { nan, infinite, count });
}

/** What is true of any tensor, whatever it means. */
export function TensorNumbers({ of, summary, picture }: { of: TensorRef; summary: TensorSummary; /** Has colour channels. */ picture: boolean }) {
  const t = useTranslations();
  const statistics = useStatistics(of);
  const histogram = useHistogram(picture ? null : of, bins);
  const channels = useChannelHistograms(picture ? of : null);
  const numbers = statistics.data;
  return (
    <section aria-label={t("inspector.numbers.title")} className="flex flex-col gap-3">
      {numbers && numbers.nan + numbers.infinite > 0 && (
        <p role="alert" className="flex gap-2 rounded-md bg-bad-wash p-2">
          <CircleAlert size={14} className="mt-[3px] shrink-0 text-bad" aria-hidden />
          <span>
            {notFiniteWords(numbers, t)}
          </span>
        </p>
      )}
      {picture && channels.data && <ChannelHistograms histograms={channels.data} />}
      {!picture && histogram.data && !summary.dims.includes(0) && <HistogramChart {...histogram.data} />}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
        <Row name={t("inspector.numbers.shape")}>
          {summary.dtype} {summary.dims.join(" × ")}
        </Row>
        <Row name={t("inspector.numbers.range")}>{numbers ? `${say(numbers.min)}, ${say(numbers.max)}` : "–"}</Row>
        <Row name={t("inspector.numbers.meanAndStd")}>{numbers ? `${say(numbers.mean)} ± ${say(numbers.std)}` : "–"}</Row>
        <Row name={t("inspector.numbers.notFinite")}>{numbers ? t("inspector.numbers.notFiniteCounts", { nan: numbers.nan, infinite: numbers.infinite }) : "–"}</Row>
        <Row name={t("inspector.numbers.size")}>{formatBytes(summary.bytes)}</Row>
        <Row name={t("inspector.numbers.hash")} title={of.hash}>
          {of.hash.slice(0, 12)}…
        </Row>
      </dl>
      {statistics.error && <p className="text-muted">{statistics.error.message}</p>}
    </section>
  );
}

/** Mean over the steps, between the smallest and the largest value. */
export function TensorOverTime({ name, frames, step }: { name: string; frames: readonly StoredFrame[]; step: number }) {
  const t = useTranslations();
  const kept = useMemo(() => sampled(keptFrames(frames)), [frames]);
  const refs = useMemo(() => kept.map(({ tensors }) => ({ hash: tensors.hash, name })), [kept, name]);
  const series = useSeries(refs);
  if (kept.length < 2) return null;
  const points = (series.data ?? []).flatMap((each, index) => (each && kept[index] ? [{ step: kept[index].step, ...each }] : []));
  const bad = frames.find(({ tensors }) => tensors?.notFinite !== undefined);
  return (
    <section aria-label={t("inspector.numbers.overSteps")} className="flex flex-col gap-2">
      <LineChart title={t("inspector.numbers.mean")} points={points.map((each) => ({ step: each.step, value: each.mean }))} band={points.map((each) => ({ step: each.step, low: each.min, high: each.max }))} total={kept.at(-1)!.total} step={step} />
      <LineChart title={t("inspector.numbers.std")} points={points.map((each) => ({ step: each.step, value: each.std }))} total={kept.at(-1)!.total} step={step} />
      {series.error && <p className="text-muted">{series.error.message}</p>}
      {bad && <p className="text-bad">{t("inspector.numbers.firstBad", { step: String(bad.step) })}</p>}
    </section>
  );
}
