/** A sentence before it is filled in: English by itself, and any language for who has its text and the words in it. Plain JSON, as a type says better than an interface. */
export type Said = {
  /** With a place for each value: “{node} needs its input “{port}”.” */
  readonly text: string;
  readonly values: Readonly<Record<string, string | Said>>;
};

/** A message for people, and what to do about it. */
export type SaidWords = {
  readonly message: Said;
  readonly remedy?: Said | undefined;
};

/** Sentences, places included, are written out where they are said, so that a test can look for what they are in Chinese. */
export function said(text: string, values: Readonly<Record<string, string | number | bigint | Said>> = {}): Said {
  return { text, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "object" ? value : String(value)])) };
}

/** Words that stay as they are, whatever the language: what a system or a library says, and what only the terminal does. */
export function quoted(words: string): Said {
  return { text: "{words}", values: { words } };
}

/** Puts the values in their places, each text first through `translate`. */
export function sayWith({ text, values }: Said, translate: (text: string) => string): string {
  const whole = translate(text);
  return whole.replace(/\{(\w+)\}/g, (place, name: string, at: number) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return place;
    return set(whole.slice(0, at), typeof value === "string" ? translate(value) : sayWith(value, translate), whole.slice(at + place.length));
  });
}

const hanThenLatin = /\p{Script=Han}[\p{Script=Latin}\p{N}]/u;
const latinThenHan = /[\p{Script=Latin}\p{N}]\p{Script=Han}/u;

/** A value between its neighbours. Chinese and Latin letters or figures have a space between them, and a text cannot know which its value will be. */
function set(before: string, value: string, after: string): string {
  const meets = (pair: string) => hanThenLatin.test(pair) || latinThenHan.test(pair);
  return `${meets(before.slice(-1) + value.slice(0, 1)) ? " " : ""}${value}${meets(value.slice(-1) + after.slice(0, 1)) ? " " : ""}`;
}

export const inEnglish = (sentence: Said): string => sayWith(sentence, (text) => text);

/** The sentence with its values changed, however deep they lie. */
export function withValues(sentence: Said, change: (value: string) => string): Said {
  return { ...sentence, values: Object.fromEntries(Object.entries(sentence.values).map(([name, value]) => [name, typeof value === "string" ? change(value) : withValues(value, change)])) };
}

/** A message as it is stored, logged and sent: English, and what that is made of. */
export type SaidMessage = {
  message: string;
  remedy?: string | undefined;
  said?: SaidWords | undefined;
};

export function saidMessage(message: Said, remedy?: Said): SaidMessage & { said: SaidWords } {
  return { message: inEnglish(message), ...(remedy && { remedy: inEnglish(remedy) }), said: { message, ...(remedy && { remedy }) } };
}

/** One sentence after another. */
export function sentences(first: Said, ...rest: readonly Said[]): Said {
  const [second, ...others] = rest;
  return second ? said("{first} {rest}", { first, rest: sentences(second, ...others) }) : first;
}

/** “a, b, c”: words of a list, in the order given. */
export function listed(first: Said, ...rest: readonly Said[]): Said {
  const [second, ...others] = rest;
  return second ? said("{first}, {rest}", { first, rest: listed(second, ...others) }) : first;
}

/** What a message is made of. One that was stored without it is a sentence by itself. */
export function wordsOf({ message, remedy, said: words }: SaidMessage): SaidWords {
  return words ?? { message: { text: message, values: {} }, ...(remedy !== undefined && { remedy: { text: remedy, values: {} } }) };
}
