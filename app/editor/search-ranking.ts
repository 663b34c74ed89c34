/** How well an entry of a list fits what was typed. Words may come in any order; each must be found. */

/** Each letter of `word` follows the one before it or begins a word of `title`: "rsn" is in "Run the selected nodes". A Chinese character is a word: "右齐" is in "右对齐". */
function initialsMatch(word: string, title: string): boolean {
  const reach = (from: number, at: number): boolean => {
    if (from === word.length) return true;
    for (let i = at; i < title.length; i++) {
      const begins = i === 0 || /[\s-]/.test(title[i - 1]!) || /\p{Script=Han}/u.test(title[i]!);
      if (title[i] === word[from] && (begins || (from > 0 && i === at)) && reach(from + 1, i + 1)) return true;
    }
    return false;
  };
  return reach(0, 0);
}

/** One word of the title with some of its letters left out, the first kept: "smpler" for "sampler". */
function closeMatch(word: string, title: string): boolean {
  if (word.length < 4) return false;
  return title.split(/[\s-]/).some((part) => {
    if (part[0] !== word[0] || part.length > word.length + 2) return false;
    let at = 0;
    for (const letter of part) if (letter === word[at]) at++;
    return at === word.length;
  });
}

function wordPoints(word: string, title: string, rest: string): number | null {
  if (title.startsWith(word)) return 8;
  if (title.split(/[\s-]/).some((part) => part.startsWith(word))) return 6;
  if (title.includes(word)) return 4;
  if (initialsMatch(word, title)) return 3;
  if (closeMatch(word, title)) return 2;
  return rest.includes(word) ? 1 : null;
}

/** Higher is better; null when it does not fit at all. `rest`: other words it may be found by. An empty query fits everything with 0. */
export function matchPoints(query: string, title: string, rest = ""): number | null {
  const [low, lowTitle, lowRest] = [query.trim().toLowerCase(), title.toLowerCase(), rest.toLowerCase()];
  let total = low !== "" && low === lowTitle ? 8 : 0;
  for (const word of low.split(/\s+/).filter(Boolean)) {
    const points = wordPoints(word, lowTitle, lowRest);
    if (points === null) return null;
    total += points;
  }
  return total;
}

/** Those that fit, best first; among equals, in the order given. */
export function ranked<T>(items: readonly T[], pointsOf: (item: T) => number | null): T[] {
  return items
    .flatMap((item) => {
      const points = pointsOf(item);
      return points === null ? [] : [{ item, points }];
    })
    .sort((a, b) => b.points - a.points)
    .map(({ item }) => item);
}
