/** At most `most` of `all`, evenly spaced, the first and the last among them; `most` from 2 up. */
export function evenSample<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}
