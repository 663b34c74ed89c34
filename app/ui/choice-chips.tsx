"use client";

import { ToggleGroup } from "radix-ui";
import { classNames } from "./class-names";

interface ChoiceChipsProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; title: string; help?: string }[];
  onChange: (value: T) => void;
  className?: string;
}

/** One of a few, all of them in sight. */
export function ChoiceChips<T extends string>({ label, value, choices, onChange, className }: ChoiceChipsProps<T>) {
  return (
    // The arrow keys stay free: where these are, they walk through steps.
    <ToggleGroup.Root type="single" rovingFocus={false} aria-label={label} value={value} onValueChange={(next) => next !== "" && onChange(next as T)} className={classNames("flex flex-wrap gap-1", className)}>
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          title={choice.help}
          className="h-6 rounded-md border border-line px-2 text-sm whitespace-nowrap text-muted hover:border-line-strong hover:text-ink data-[state=on]:border-transparent data-[state=on]:bg-pressed data-[state=on]:font-medium data-[state=on]:text-ink"
        >
          {choice.title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
