/** The language of the request that is answered: for server components. */
import { cookies, headers } from "next/headers";
import { isLanguage, languageCookie, type LanguageChoice, type Language, preferredLanguage } from "./language";
import type { Translate } from "./translate";
import { translatorOf } from "./translator";

export async function requestLanguage(): Promise<{ choice: LanguageChoice; language: Language }> {
  const chosen = (await cookies()).get(languageCookie)?.value;
  if (isLanguage(chosen)) return { choice: chosen, language: chosen };
  return { choice: "system", language: preferredLanguage((await headers()).get("accept-language")) };
}

export async function requestTranslator(): Promise<Translate> {
  return translatorOf((await requestLanguage()).language);
}
