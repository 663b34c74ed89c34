/** Translators outside React: for server components, for pure functions and for tests. */
import { createTranslator } from "use-intl/core";
import { type DataType, dataTypeName, dataTypes } from "@/nodes/ports";
import { en } from "./en/messages";
import { type Language, languages } from "./language";
import type { Translate } from "./translate";
import type { Vocabulary } from "./vocabulary";
import { zh } from "./zh/messages";
import { sentences } from "./zh/sentences";
import { vocabulary } from "./zh/vocabulary";

export type Messages = typeof en;

// Problems name data types as within a sentence.
const dataTypeWords = Object.fromEntries(Object.entries(dataTypes).map(([type, { title }]) => [dataTypeName(type as DataType), vocabulary[title] ?? title]));
const pairs: Vocabulary = Object.entries({ ...vocabulary, ...dataTypeWords, ...sentences });
// Chinese has other texts under the same keys (`Texts`), which literal types cannot say; its vocabulary is no message.
const catalogues: Record<Language, Messages> = { en, zh: { ...zh, vocabulary: pairs } as unknown as Messages };

export function messagesOf(language: Language): Messages {
  return catalogues[language];
}

export function translatorOf(language: Language): Translate {
  return createTranslator({ locale: languages[language].tag, messages: messagesOf(language) });
}

/** Functions under test speak English. */
export const english: Translate = translatorOf("en");
