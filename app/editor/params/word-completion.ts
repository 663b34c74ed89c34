/** Which known words could end what is being typed. */

export interface Completion {
  readonly phrase: string;
  /** Where the typed beginning starts; it ends at the caret. */
  readonly from: number;
}

const longestPhrase = 4;
const most = 6;

/**
 * Known phrases that begin with the words before the caret, longest beginning first: "wine gl" offers "wine glass".
 * Nothing before two letters, in the middle of a word, or when the word is complete and nothing longer goes on from it.
 */
export function completions(text: string, caret: number, phrases: readonly string[]): Completion[] {
  const before = text.slice(0, caret).toLowerCase();
  if (/^[\p{L}\p{N}]/u.test(text.slice(caret))) return [];
  const starts = [...before.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(({ index }) => index).slice(-longestPhrase);
  const found: Completion[] = [];
  for (const from of starts) {
    const typed = before.slice(from).replace(/\s+/g, " ");
    if (typed.trim().length < 2) continue;
    for (const phrase of phrases) {
      const isNew = phrase.length > typed.length && phrase.toLowerCase().startsWith(typed) && !found.some((other) => other.phrase === phrase);
      if (isNew) found.push({ phrase, from });
    }
  }
  return found.slice(0, most);
}
