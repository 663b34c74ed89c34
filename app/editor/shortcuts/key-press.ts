/** Key presses as text, the way commands write them: "mod+shift+z". "mod" is ⌘ or Ctrl. */

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

const reserved: readonly (readonly [RegExp, string])[] = [
  [/^mod\+(shift\+)?(n|t|w)$/, "The browser opens and closes its windows and tabs with these keys and does not pass them on."],
  [/^mod\+(shift\+)?(tab|pageup|pagedown)$|^mod\+[1-9]$/, "The browser changes tabs with these keys."],
  [/^mod\+(shift\+)?q$|^alt\+f4$/, "The system ends the browser with these keys."],
  [/^(mod\+(shift\+)?r|(mod\+|shift\+)?f5)$/, "The browser loads the page again with these keys."],
  [/^(mod\+l|alt\+d|f6)$/, "The browser goes to its address bar with these keys."],
  [/^mod\+(shift\+)?(\+|-|0)$/, "The browser changes the size of the page with these keys."],
  [/^(f11|f12|mod\+shift\+i)$/, "The browser keeps these keys for full screen and its tools."],
  [/^mod\+(c|x|v)$/, "Copy, cut and paste keep their keys: the browser gives out the clipboard with them."],
  [/^(shift\+)?enter$/, "Enter presses the button that has the focus."],
  [/^(shift\+)?tab$/, "Tab leads from one control to the next."],
];

/** Why these keys cannot be given to a command, in words; null when they can. */
export function whyReserved(keys: string): string | null {
  return reserved.find(([pattern]) => pattern.test(keys))?.[1] ?? null;
}
