"use client";

import "./globals.css";
import { useSyncExternalStore } from "react";
import { pages as english } from "./i18n/en/pages";
import { isLanguage, type Language, languageCookie, languages, preferredLanguage } from "./i18n/language";
import { pages as chinese } from "./i18n/zh/pages";

const words = { en: english, zh: chinese };

function wantedLanguage(): Language {
  const chosen = new RegExp(`(?:^|; )${languageCookie}=(\\w+)`).exec(document.cookie)?.[1];
  return isLanguage(chosen) ? chosen : preferredLanguage(navigator.languages.join());
}

const never = () => () => {};

/** The last resort, when even the layout fails: it can count on nothing but itself, not even on being told the language. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  const language = useSyncExternalStore(never, wantedLanguage, () => "en" as const);
  const { allStopped, tryAgain } = words[language];
  return (
    <html lang={languages[language].tag}>
      <body className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
        <title>Bifrost Studio</title>
        <h1 className="text-xl font-semibold">{allStopped.title}</h1>
        <p className="text-muted">{allStopped.detail}</p>
        <button type="button" onClick={reset} className="rounded-lg bg-accent px-3 py-1.5 font-semibold text-on-accent">
          {tryAgain}
        </button>
      </body>
    </html>
  );
}
