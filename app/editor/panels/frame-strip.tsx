"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import type { StoredFrame } from "@/nodes/run-events";
import { ArtifactPicture } from "../node/artifact-picture";

/** Below each picture its number, and between them a gap. */
const numberHeight = 24;
const gap = 8;
/** Where there is no height for that, the number stands beside its picture. */
const lowHeight = 64;
const numberWidth = 28;
/** Of a low strip, above and below its pictures, where the ring around the current one is drawn. */
const ringHeight = 8;
const padding = 16;

interface ThumbProps {
  frame: StoredFrame;
  current: boolean;
  size: number;
  /** The number is beside the picture. */
  low: boolean;
  onChoose: (step: number) => void;
}

const Thumb = memo(function Thumb({ frame, current, size, low, onChoose }: ThumbProps) {
  const t = useTranslations();
  return (
    <button
      type="button"
      aria-label={t(frame.tensors ? "panels.steps.number" : "panels.steps.withoutTensors", { step: String(frame.step) })}
      aria-current={current ? "step" : undefined}
      tabIndex={current ? 0 : -1}
      onClick={() => onChoose(frame.step)}
      className={classNames("group flex items-center", low ? "gap-1.5" : "flex-col gap-1")}
      style={{ width: low ? size + numberWidth : size }}
    >
      <span
        style={{ width: size }}
        className={classNames(
          "flex aspect-square shrink-0 items-center justify-center overflow-hidden rounded-md bg-field",
          current ? "ring-2 ring-accent ring-offset-1 ring-offset-panel" : "ring-1 ring-line ring-inset group-hover:ring-line-strong",
          frame.tensors === null && "opacity-50",
        )}
      >
        {frame.preview ? <ArtifactPicture hash={frame.preview.hash} alt="" minor className="size-full object-contain" /> : size >= 40 && <span className="text-center text-xs leading-tight text-faint">{t("panels.steps.noPicture")}</span>}
      </span>
      <span className={classNames("number text-sm leading-4", current ? "font-medium text-ink" : "text-faint")}>{frame.step}</span>
    </button>
  );
});

interface FrameStripProps {
  title: string;
  frames: readonly StoredFrame[];
  current: StoredFrame;
  onChoose: (step: number) => void;
}

/** The frames of a node in a row. Only those in sight are there: a run may have thousands. */
export const FrameStrip = memo(function FrameStrip({ title, frames, current, onChoose }: FrameStripProps) {
  const t = useTranslations();
  const element = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  const low = height < lowHeight;
  const size = Math.max(16, Math.floor(height - (low ? ringHeight : numberHeight)));
  const width = low ? size + numberWidth : size;
  // eslint-disable-next-line react/incompatible-library
  const strip = useVirtualizer({ horizontal: true, count: frames.length, getScrollElement: () => element.current, estimateSize: () => width + gap, paddingStart: padding, paddingEnd: padding, scrollPaddingStart: padding, scrollPaddingEnd: padding, overscan: 4 });
  const at = frames.indexOf(current);
  useEffect(() => strip.measure(), [strip, width]);
  // With the browser's own next layout: asked for at once, it would lay out the page before anything is drawn.
  useEffect(() => {
    if (at < 0) return;
    const frame = requestAnimationFrame(() => strip.scrollToIndex(at, { align: "auto" }));
    return () => cancelAnimationFrame(frame);
  }, [strip, at, width]);
  return (
    <div ref={element} className="min-h-0 flex-1 overflow-x-auto overflow-y-hidden pt-1" role="group" aria-label={t("panels.steps.of", { node: title })}>
      <div className="relative h-full" style={{ width: strip.getTotalSize() }}>
        {height > 0 &&
          strip.getVirtualItems().map(({ index, start }) => {
            const frame = frames[index];
            return (
              frame && (
                <div key={frame.step} className="absolute top-0 left-0" style={{ transform: `translateX(${start}px)` }}>
                  <Thumb frame={frame} current={index === at} size={size} low={low} onChoose={onChoose} />
                </div>
              )
            );
          })}
      </div>
    </div>
  );
});
