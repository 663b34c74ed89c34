/**
 * Small checkpoints know few words (words.json). A prompt is read in those words: synonyms and small typing mistakes are
 * replaced, what means nothing to them is left out, and all of it is said. A prompt that names nothing they can draw stays
 * as it is and gets a hint.
 */
import type { WordLists } from "@/models/checkpoints/pipeline";
import { listed, quoted, type Said, said, sentences } from "@/models/said";
import { everydayWords } from "./everyday-words";

export interface ReadPrompt {
  /** The prompt in the checkpoint's words; as it was when nothing had to be replaced. */
  readonly text: string;
  /** What was written, and what it was read as, in the order of the prompt. */
  readonly replaced: readonly (readonly [from: string, to: string])[];
  /** Words that mean nothing to the checkpoint. Nothing is left out of a prompt that names no object. */
  readonly leftOut: readonly string[];
  /** Whether it names an object the checkpoint can draw. True where nothing is known about its words. */
  readonly namesObject: boolean;
}

const longestPhrase = 4;

export function readPrompt(prompt: string, words: WordLists | undefined): ReadPrompt {
  if (!words) return { text: prompt, replaced: [], leftOut: [], namesObject: true };
  const vocabulary = vocabularyOf(words);
  const once = readOnce(prompt, vocabulary);
  const { namesObject } = once;
  const unknown = once.pieces.filter(({ known }) => !known).map(({ text }) => text);
  if (vocabulary.objects.size === 0 || !namesObject || unknown.length === 0) return { text: once.text, replaced: once.replaced, leftOut: [], namesObject };
  // Words that come to stand beside each other may be read as one phrase.
  const again = readPrompt(tidied(once, vocabulary), words);
  return { text: again.text, replaced: [...once.replaced, ...again.replaced], leftOut: [...unknown, ...again.leftOut], namesObject: again.namesObject };
}

interface Piece {
  readonly text: string;
  readonly known: boolean;
}

interface Reading extends Omit<ReadPrompt, "leftOut"> {
  readonly pieces: readonly Piece[];
  /** What stands before the first piece, between them, and after the last. */
  readonly gaps: readonly string[];
}

function readOnce(prompt: string, vocabulary: Vocabulary): Reading {
  const written = prompt.match(wordPattern) ?? [];
  const between = prompt.split(wordPattern);
  const lower = written.map((word) => word.toLowerCase());
  const replaced: [string, string][] = [];
  const pieces: Piece[] = [];
  const gaps = [between[0] ?? ""];
  let namesObject = vocabulary.objects.size === 0;
  for (let at = 0; at < written.length; ) {
    const { to, length, known } = readAt(lower, at, vocabulary);
    const from = written.slice(at, at + length).join(" ");
    namesObject ||= vocabulary.objects.has(to ?? from.toLowerCase());
    if (to !== undefined) replaced.push([from, to]);
    pieces.push({ text: to ?? asWritten(written, between, at, length), known });
    at += length;
    gaps.push(between[at] ?? "");
  }
  countPlurals(pieces, gaps, replaced, vocabulary);
  const text = pieces.reduce((whole, piece, index) => whole + piece.text + gaps[index + 1]!, gaps[0]!);
  return { text: withArticles(text, replaced), replaced, namesObject, pieces, gaps };
}

/** "red hearts" becomes "two red hearts": captions in training always said how many. */
function countPlurals(pieces: Piece[], gaps: string[], replaced: [string, string][], { plurals, describing, counts }: Vocabulary): void {
  const two = counts[1];
  if (two === undefined) return;
  for (let at = pieces.length - 1; at >= 0; at--) {
    if (!plurals.has(pieces[at]!.text.toLowerCase())) continue;
    let first = at;
    while (first > 0 && (!pieces[first - 1]!.known || describing.has(pieces[first - 1]!.text.toLowerCase()))) first--;
    if (pieces.slice(first, at).some(({ text }) => counts.includes(text.toLowerCase()))) continue;
    const { text } = pieces[at]!;
    const known = replaced.find(([, to]) => to === text);
    if (known) known[1] = `${two} ${text}`;
    else replaced.push([text, `${two} ${text}`]);
    pieces.splice(first, 0, { text: two, known: true });
    gaps.splice(first + 1, 0, " ");
  }
}

/**
 * The prompt without its unknown words, and without what would hang in the air: "a red" before "and", an "and" at an end or
 * before a place. What hung there before hangs on only if nothing was unknown.
 */
function tidied({ pieces, gaps }: Reading, { describing, joining, places }: Vocabulary): string {
  let rest = pieces.map((piece, index) => ({ ...piece, lower: piece.text.toLowerCase(), after: gaps[index + 1]! })).filter(({ known }) => known);
  for (let before = -1; before !== rest.length; ) {
    before = rest.length;
    rest = rest.filter(({ lower }, index) => {
      const next = rest[index + 1]?.lower;
      const ends = next === undefined || joining.has(next) || places.has(next);
      if (articles.has(lower)) return !ends && !articles.has(next!);
      if (describing.has(lower)) return !ends;
      return !(joining.has(lower) && (ends || index === 0));
    });
  }
  const last = rest.at(-1);
  const ending = last?.text === pieces.at(-1)!.text ? last.after : "";
  const text = gaps[0]! + rest.map((piece, index) => piece.text + (index === rest.length - 1 ? ending : piece.after)).join("");
  return text.replaceAll(/\b(a)n? (?=(\w))/gi, (_, article: string, next: string) => `${article}${/[aeiou]/i.test(next) ? "n" : ""} `);
}

/** What a reader should be told about how a prompt was read; one sentence or two, or null. */
export function readingNotice({ replaced, leftOut, namesObject }: ReadPrompt, words: WordLists | undefined): Said | null {
  const told: Said[] = [];
  // What matters most comes first: a card shows two lines of it.
  if (!namesObject) {
    const known = suggestions(words?.objects ?? []).join(", ");
    told.push(said("This checkpoint knows none of the things named here, so the picture will have little to do with the prompt. It knows, for example: {known}.", { known: quoted(known) }));
  }
  const shown = [...new Map(replaced.filter(([from, to]) => words?.counts?.[Number(from) - 1] !== to).map((pair) => [pair[0].toLowerCase(), pair])).values()];
  const [pair, ...pairs] = shown.map(([from, to]) => said("“{from}” as “{to}”", { from: quoted(from), to: quoted(to) }));
  if (pair) told.push(said("Read {pairs}.", { pairs: listed(pair, ...pairs) }));
  const unknown = [...new Set(leftOut.map((word) => word.toLowerCase()))];
  const [word, ...others] = unknown.map((each) => said("“{word}”", { word: quoted(each) }));
  if (word && others.length === 0) told.push(said("Left out {word}: a word this checkpoint does not know.", { word }));
  else if (word) told.push(said("Left out {words}: words this checkpoint does not know.", { words: listed(word, ...others) }));
  const [first, ...rest] = told;
  return first ? sentences(first, ...rest) : null;
}

const wordPattern = /[\p{L}\p{N}&]+(?:['’][\p{L}]+)?/gu;
const articles: ReadonlySet<string> = new Set(["a", "an", "the"]);
const joiners = ["and", "of", "on", "in", "at"];
/** Never left out for being unknown: they mean nothing by themselves. */
const grammar: ReadonlySet<string> = new Set([...articles, ...joiners]);

interface Vocabulary {
  /** Every known word and phrase, lower case. */
  readonly phrases: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  /** Of the objects. */
  readonly plurals: ReadonlySet<string>;
  readonly counts: readonly string[];
  /** Colours, sizes and counts that are not objects as well, as "orange" is. */
  readonly describing: ReadonlySet<string>;
  /** What stands between two others. */
  readonly joining: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  /** Single words worth guessing for a mistyped one, and what each stands for. */
  readonly guesses: ReadonlyMap<string, string>;
  readonly synonyms: ReadonlyMap<string, string>;
}

const vocabularies = new WeakMap<WordLists, Vocabulary>();

function vocabularyOf(words: WordLists): Vocabulary {
  const known = vocabularies.get(words);
  if (known) return known;
  const { synonyms: table = {}, ...lists } = words;
  const listed = Object.values(lists).flat().map((word) => word.toLowerCase());
  const synonyms = new Map(Object.entries(table));
  const guesses = new Map<string, string>();
  for (const [word, meaning] of synonyms) if (!word.includes(" ")) guesses.set(word, meaning);
  for (const phrase of listed) for (const part of phrase.split(" ")) guesses.set(part, part);
  const setOf = (...all: readonly (readonly string[] | undefined)[]) => new Set(all.flatMap((list = []) => list.map((word) => word.toLowerCase())));
  const objects = setOf(words.objects);
  const vocabulary = {
    phrases: new Set(listed),
    objects,
    plurals: new Set([...objects].filter((word) => isPlural(word, objects))),
    counts: (words.counts ?? []).map((word) => word.toLowerCase()),
    describing: new Set([...setOf(words.colors, words.sizes, words.counts)].filter((word) => !objects.has(word))),
    joining: setOf(words.relations, joiners),
    places: setOf(words.backgrounds),
    guesses,
    synonyms,
  };
  vocabularies.set(words, vocabulary);
  return vocabulary;
}

/** Whether an object's name is another one's plural, or says itself that it is one. */
function isPlural(word: string, objects: ReadonlySet<string>): boolean {
  const singulars = [/s$/, /es$/].filter((ending) => ending.test(word)).map((ending) => word.replace(ending, ""));
  return [...singulars, word.replace(/ves$/, "fe")].some((singular) => singular !== word && objects.has(singular)) || word.startsWith("pairs of ") || word === "people";
}

/** What stands at a place: the longest known phrase or synonym, else the word itself, as it was probably meant. */
function readAt(lower: readonly string[], at: number, { phrases, synonyms, guesses }: Vocabulary): { to?: string; length: number; known: boolean } {
  for (let length = Math.min(longestPhrase, lower.length - at); length > 0; length--) {
    const phrase = lower.slice(at, at + length).join(" ");
    if (phrases.has(phrase)) return { length, known: true };
    const to = synonyms.get(phrase);
    if (to !== undefined) return { to, length, known: true };
  }
  const word = lower[at]!;
  if (guesses.has(word) || grammar.has(word)) return { length: 1, known: true };
  const meant = everydayWords.has(word) ? undefined : meantWord(word, guesses);
  return meant === undefined ? { length: 1, known: false } : { to: meant, length: 1, known: true };
}

/** The one known word that a mistyped one is closest to: one slip in four to six letters, two in seven and more. */
function meantWord(word: string, guesses: ReadonlyMap<string, string>): string | undefined {
  const allowed = word.length < 4 || /['’]/.test(word) ? 0 : word.length < 7 ? 1 : 2;
  let best: { distance: number; meanings: Set<string> } = { distance: allowed + 1, meanings: new Set() };
  if (allowed === 0) return undefined;
  for (const [candidate, meaning] of guesses) {
    // A known word of three letters is one slip from too many others.
    if (candidate.length < 4 || Math.abs(candidate.length - word.length) > allowed) continue;
    const distance = slips(word, candidate);
    if (distance > allowed) continue;
    if (distance < best.distance) best = { distance, meanings: new Set([meaning]) };
    else if (distance === best.distance) best.meanings.add(meaning);
  }
  return best.meanings.size === 1 ? [...best.meanings][0] : undefined;
}

/** Damerau–Levenshtein distance with adjacent swaps (optimal string alignment). */
export function slips(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}

/** The prompt as it was written, from one word to another. */
function asWritten(pieces: readonly string[], gaps: readonly string[], at: number, length: number): string {
  return pieces.slice(at, at + length).reduce((text, piece, index) => text + (index === 0 ? "" : gaps[at + index]!) + piece, "");
}

/** "a aeroplane" was "an aeroplane" and is "an airplane"; only articles before a replaced word are looked at. */
function withArticles(text: string, replaced: ReadPrompt["replaced"]): string {
  return replaced.reduce((result, [, to]) => result.replaceAll(new RegExp(`\\ban? (${to})\\b`, "g"), (_, word: string) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`), text);
}

/** A few words spread evenly over the list: always the same, and not just those that start with “a”. */
function suggestions(words: readonly string[], count = 6): string[] {
  const stride = Math.max(1, Math.floor(words.length / count));
  return words.filter((_, index) => index % stride === 0).slice(0, count);
}
