/**
 * The translator of this browser tab, for words said when something happens outside React: notices from stores, why a
 * request failed. What is drawn takes `t` from `useTranslations` instead, so that it changes with the language.
 */
import type { Translate } from "./translate";

let current: Translate | null = null;

export function setCurrentTranslator(t: Translate): void {
  current = t;
}

export function currentTranslator(): Translate {
  if (current === null) throw new Error("currentTranslator() was called before the page was drawn, or on the server, which answers in many languages at once.");
  return current;
}
