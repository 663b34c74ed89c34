"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import { classNames } from "./class-names";

interface NumberFieldProps {
  id?: string;
  label: string;
  value: number;
  min?: number | undefined;
  max?: number | undefined;
  step?: number | undefined;
  integer?: boolean;
  unit?: string | undefined;
  invalid?: boolean;
  /** Drawn as plain text until it is pointed at or edited. */
  quiet?: boolean;
  describedBy?: string | undefined;
  onChange: (value: number) => void;
  className?: string;
}

/** Digits enough for the step: 0.7 with a step of 0.05 reads 0.70. */
export function formatNumber(value: number, step: number | undefined): string {
  const digits = step === undefined || Number.isInteger(step) ? 0 : (String(step).split(".")[1]?.length ?? 0);
  const own = String(value).split(".")[1]?.length ?? 0;
  return Number.isInteger(value) && digits === 0 ? String(value) : value.toFixed(Math.max(digits, Math.min(own, 6)));
}

/** A number typed as text: nothing jumps while typing, arrows step, and what is no number is put back on leaving. */
export function NumberField({ id, label, value, min, max, step = 1, integer = false, unit, invalid, quiet = false, describedBy, onChange, className }: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const clamp = (next: number) => Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
  const stepBy = (count: number) => {
    // Rounded to the step's own digits: 0.1 + 0.2 must read 0.3.
    const next = clamp(Number((value + count * step).toFixed(10)));
    setDraft(null);
    onChange(next);
  };
  const type = (text: string) => {
    setDraft(text);
    const parsed = text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
    if (Number.isFinite(parsed) && (!integer || Number.isInteger(parsed))) onChange(parsed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      stepBy((event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1));
    } else if (event.key === "Enter") {
      setDraft(null);
      field.current?.select();
    }
  };

  return (
    <span className={classNames("field nodrag relative inline-flex items-center px-0", quiet && "-mr-2 border-transparent bg-transparent", className)} aria-invalid={invalid}>
      <input
        ref={field}
        id={id}
        type="text"
        inputMode={integer ? "numeric" : "decimal"}
        role="spinbutton"
        aria-label={label}
        aria-valuenow={value}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        autoComplete="off"
        spellCheck={false}
        value={draft ?? formatNumber(value, step)}
        onChange={(event) => type(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => setDraft(null)}
        onKeyDown={onKeyDown}
        className="number h-full w-full min-w-0 bg-transparent px-2 text-right outline-none"
      />
      {unit && <span className="pr-2 whitespace-nowrap text-faint select-none">{unit}</span>}
    </span>
  );
}
