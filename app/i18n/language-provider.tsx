"use client";

import { useRouter } from "next/navigation";
import { createContext, type ReactNode, use, useMemo } from "react";
import { IntlProvider, useTranslations } from "use-intl";
import { setCurrentTranslator } from "./current-translator";
import { type Language, languageCookie, type LanguageChoice, languages } from "./language";
import type { Messages } from "./translator";

interface LanguageProviderProps {
  choice: LanguageChoice;
  language: Language;
  messages: Messages;
  children: ReactNode;
}

// Of the browser; while the server draws the page, its own: times are corrected when the page comes alive.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

const Choice = createContext<LanguageChoice>("system");

/** Gives everything below its words. They come from the server with the page, in one language. */
export function LanguageProvider({ choice, language, messages, children }: LanguageProviderProps) {
  return (
    <Choice value={choice}>
      <IntlProvider locale={languages[language].tag} messages={messages} timeZone={timeZone}>
        <Speaking>{children}</Speaking>
      </IntlProvider>
    </Choice>
  );
}

function Speaking({ children }: { children: ReactNode }) {
  const t = useTranslations();
  // While drawing, not after it: children may speak in their first effects.
  if (typeof window !== "undefined") setCurrentTranslator(t);
  return children;
}

const year = 365 * 24 * 3600;

/** What was chosen, and the way to choose: the page is asked for again in the other language, and keeps its state. */
export function useLanguageChoice(): { choice: LanguageChoice; choose: (choice: LanguageChoice) => void } {
  const choice = use(Choice);
  const router = useRouter();
  return useMemo(
    () => ({
      choice,
      choose(next) {
        document.cookie = `${languageCookie}=${next}; path=/; samesite=lax; max-age=${next === "system" ? 0 : year}`;
        router.refresh();
      },
    }),
    [choice, router],
  );
}
