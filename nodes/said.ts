/** A sentence before it is filled in: English by itself, and any language for who has its text and the words in it. */
export interface Said {
  /** With a place for each value: “{node} needs its input “{port}”.” */
  readonly text: string;
  readonly values: Readonly<Record<string, string | Said>>;
}

export function said(text: string, values: Said["values"] = {}): Said {
  return { text, values };
}

/** Puts the values in their places, each text first through `translate`. */
export function sayWith({ text, values }: Said, translate: (text: string) => string): string {
  return translate(text).replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? place : typeof value === "string" ? translate(value) : sayWith(value, translate);
  });
}

export const inEnglish = (sentence: Said): string => sayWith(sentence, (text) => text);
