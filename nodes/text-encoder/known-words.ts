/** Small checkpoints know few words; a prompt that names nothing they can draw deserves a hint. */

export type WordLists = Readonly<Record<string, readonly string[]>>;

/** A hint when `prompt` names none of the objects, with a few that it could name; null otherwise. */
export function unknownWordsNotice(prompt: string, lists: WordLists): string | null {
  // Articles, numbers and colours are in almost every prompt and say nothing about what to draw.
  const objects = lists.objects ?? Object.values(lists).flat();
  const text = spaced(prompt);
  if (objects.length === 0 || objects.some((word) => text.includes(spaced(word)))) return null;
  return `This checkpoint knows none of the things named here, so the picture will have little to do with the prompt. It knows, for example: ${suggestions(objects).join(", ")}.`;
}

/** Lower-case words with one space around each, so that "cat" is not found in "category". */
function spaced(text: string): string {
  return ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

/** A few words spread evenly over the list: always the same, and not just those that start with “a”. */
function suggestions(words: readonly string[], count = 6): string[] {
  const stride = Math.max(1, Math.floor(words.length / count));
  return words.filter((_, index) => index % stride === 0).slice(0, count);
}
