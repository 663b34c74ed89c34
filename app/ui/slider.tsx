"use client";

import { Slider as Radix } from "radix-ui";
import { classNames } from "./class-names";

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange: (value: number) => void;
  onCommit?: () => void;
  className?: string;
}

export function Slider({ label, value, min, max, step, onChange, onCommit, className }: SliderProps) {
  return (
    <Radix.Root
      className={classNames("nodrag relative flex h-6 min-w-16 flex-1 touch-none items-center select-none", className)}
      value={[Math.min(max, Math.max(min, value))]}
      min={min}
      max={max}
      step={step}
      onValueChange={([next]) => next !== undefined && onChange(next)}
      {...(onCommit && { onValueCommit: onCommit })}
    >
      <Radix.Track className="relative h-[3px] flex-1 rounded-full bg-line-strong">
        <Radix.Range className="absolute h-full rounded-full bg-muted" />
      </Radix.Track>
      <Radix.Thumb aria-label={label} className="block size-3 rounded-full border border-line-strong bg-ink" />
    </Radix.Root>
  );
}
