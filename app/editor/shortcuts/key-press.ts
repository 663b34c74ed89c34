/** Key presses as text, the way commands write them: "mod+shift+z". "mod" is ⌘ or Ctrl. */
import type { shortcuts } from "@/app/i18n/en/shortcuts";

export type KeyPress = Pick<KeyboardEvent, "key" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey">;

const names: Record<string, string> = { " ": "space", Backspace: "delete", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "=": "+" };

/** Shift is part of a sign like "?", and said only beside letters and named keys. */
export function keysOf(event: KeyPress): string {
  const key = names[event.key] ?? event.key.toLowerCase();
  const sign = key.length === 1 && !/[a-z]/.test(key);
  return [(event.metaKey || event.ctrlKey) && "mod", event.shiftKey && !sign && "shift", event.altKey && "alt", key].filter(Boolean).join("+");
}

/** Whether only keys that change others are down yet. */
export function isModifier({ key }: Pick<KeyboardEvent, "key">): boolean {
  return ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Fn", "Dead", "Process"].includes(key);
}

/** Keys that write or edit in a field never stand for a command there. */
export function isTyping(keys: string): boolean {
  return !keys.startsWith("mod+") && !/(^|\+)f\d+$/.test(keys);
}

/** Who keeps some keys, or what for; the catalogue says it in a sentence. */
export type Reserved = keyof typeof shortcuts.reserved;

const reserved: readonly (readonly [RegExp, Reserved])[] = [
  [/^mod\+(shift\+)?(n|t|w)$/, "windows"],
  [/^mod\+(shift\+)?(tab|pageup|pagedown)$|^mod\+[1-9]$/, "tabs"],
  [/^mod\+(shift\+)?q$|^alt\+f4$/, "quit"],
  [/^(mod\+(shift\+)?r|(mod\+|shift\+)?f5)$/, "reload"],
  [/^(mod\+l|alt\+d|f6)$/, "address"],
  [/^mod\+(shift\+)?(\+|-|0)$/, "size"],
  [/^(f11|f12|mod\+shift\+i)$/, "tools"],
  [/^mod\+(c|x|v)$/, "clipboard"],
  [/^(shift\+)?enter$/, "enter"],
  [/^(shift\+)?tab$/, "tab"],
];

/** Why these keys cannot be given to a command; null when they can. */
export function whyReserved(keys: string): Reserved | null {
  return reserved.find(([pattern]) => pattern.test(keys))?.[1] ?? null;
}
