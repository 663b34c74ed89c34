/** The languages the interface speaks. Their own names are never translated. */
export const languages = {
  // The texts are British, and so are their dates.
  en: { name: "English", tag: "en-GB" },
  // With the script named: by "zh" alone browsers may choose glyphs of another region.
  zh: { name: "中文", tag: "zh-Hans" },
} as const;

export type Language = keyof typeof languages;
export type LanguageTag = (typeof languages)[Language]["tag"];
export type LanguageChoice = Language | "system";

/** Holds a choice other than "as the browser". */
export const languageCookie = "language";

export function isLanguage(value: string | undefined): value is Language {
  return value !== undefined && Object.hasOwn(languages, value);
}

/** The language that an Accept-Language header likes best among ours; English when it names neither. */
export function preferredLanguage(acceptLanguage: string | null): Language {
  const wishes = (acceptLanguage ?? "").split(",").flatMap((part) => {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const language = tag.split("-")[0];
    const quality = Number(parameters.find((parameter) => parameter.trim().startsWith("q="))?.trim().slice(2) ?? 1);
    return isLanguage(language) && quality > 0 ? [{ language, quality }] : [];
  });
  // The sort is stable: of equal wishes the first counts.
  return wishes.sort((a, b) => b.quality - a.quality)[0]?.language ?? "en";
}
