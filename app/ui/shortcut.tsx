"use client";

import { useSyncExternalStore } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "../i18n/translate";
import { classNames } from "./class-names";

const never = () => () => {};
const onApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether keys are written the Apple way; false on the server, so that both sides render alike. */
export function useAppleKeys(): boolean {
  return useSyncExternalStore(never, onApple, () => false);
}

const apple: Record<string, string> = { mod: "⌘", shift: "⇧", alt: "⌥", enter: "↵" };
const other: Record<string, string> = { mod: "Ctrl", shift: "Shift", alt: "Alt", enter: "↵" };
const both: Record<string, string> = { escape: "Esc", backspace: "⌫", delete: "Del", tab: "Tab", left: "←", right: "→", up: "↑", down: "↓", home: "Home", end: "End" };

/** Keys whose names are words of a language. */
const named = { space: "common.keys.space", pageup: "common.keys.pageUp", pagedown: "common.keys.pageDown" } as const;

const isNamed = (key: string): key is keyof typeof named => Object.hasOwn(named, key);

function keyNames(keys: string, isApple: boolean, t: Translate): string[] {
  // The plus sign is both a key and what joins keys.
  const parts = keys.split(/(?<!^|\+)\+/);
  return parts.map((key) => (isNamed(key) ? t(named[key]) : (isApple ? apple : other)[key] ?? both[key] ?? key.toUpperCase()));
}

/** Writes keys as words for a sentence: "Ctrl+Shift+Z", "⇧⌘Z". */
export function useKeyWords(): (keys: string) => string {
  const t = useTranslations();
  const isApple = useAppleKeys();
  return (keys) => keyNames(keys, isApple, t).join(isApple ? "" : "+");
}

/** Keys as people read them: "mod+shift+z" is ⇧⌘Z or Ctrl Shift Z. Decoration only: the command's name says the rest. */
export function Shortcut({ keys, tone = "plain" }: { keys: string; tone?: "plain" | "on-accent" }) {
  const t = useTranslations();
  const names = keyNames(keys, useAppleKeys(), t);
  return (
    <kbd
      aria-hidden
      className={classNames(
        "inline-flex h-[18px] items-center gap-0.5 rounded-sm border px-1 font-sans text-xs font-medium",
        tone === "on-accent" ? "border-on-accent/30 text-on-accent/80" : "border-line text-faint",
      )}
    >
      {names.map((name) => (
        <span key={name}>{name}</span>
      ))}
    </kbd>
  );
}
