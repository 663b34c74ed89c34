/**
 * The first key that stands twice in one object of a JSON text, or undefined. `text` must be JSON already.
 *
 * JSON.parse keeps the last of two equal keys and says nothing: of two tensors with one name, either could be meant.
 */
export function duplicateKey(text: string): string | undefined {
  /** The keys of every object that is open, and null for an open array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(null);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = closingQuote(text, at);
      if (isFollowedByColon(text, end + 1)) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        const keys = open.at(-1);
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function isFollowedByColon(text: string, at: number): boolean {
  while (" \t\r\n".includes(text[at] ?? "-")) at++;
  return text[at] === ":";
}
