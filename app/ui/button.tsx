import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { Shortcut } from "./shortcut";

type Tone = "primary" | "plain" | "quiet" | "danger";

const tones: Record<Tone, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover font-semibold",
  plain: "border border-line bg-raised text-ink hover:border-line-strong",
  quiet: "text-muted hover:bg-hover hover:text-ink",
  danger: "border border-line bg-raised text-bad hover:border-bad",
};

export interface ButtonProps extends ComponentProps<"button"> {
  tone?: Tone;
  icon?: ReactNode;
  /** Keys that do the same, shown at the end: "mod+enter". */
  keys?: string;
}

/** What every button-like element looks like, for links too. */
export function buttonClass(tone: Tone = "plain", className?: string): string {
  return classNames(
    "inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-lg px-3 font-medium whitespace-nowrap select-none active:translate-y-px disabled:pointer-events-none disabled:opacity-50",
    tones[tone],
    className,
  );
}

export function Button({ tone = "plain", icon, keys, className, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button type={type} className={buttonClass(tone, className)} {...rest}>
      {icon}
      {children}
      {keys && <Shortcut keys={keys} tone={tone === "primary" ? "on-accent" : "plain"} />}
    </button>
  );
}
