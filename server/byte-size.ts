/** Amounts of memory and disk as people write them in settings, and as sentences say them. */

const powers: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** "10 GB", "500MB", "1.5 GiB" or plain bytes as whole bytes; null for anything else. GB are 1000³, GiB 1024³ bytes. */
export function parseBytes(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(i?)b?)\s*$/i.exec(text);
  if (!match) return null;
  const [, amount, prefix, binary] = match;
  // "5 i" is no unit.
  if (binary && !prefix) return null;
  const bytes = Math.round(Number(amount) * (binary ? 1024 : 1000) ** powers[prefix!.toLowerCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** 850 MB, 1.5 GB, 24 GB. */
export function sayBytes(bytes: number): string {
  const [unit, name] = bytes >= 999.5e6 ? [1e9, "GB"] : [1e6, "MB"];
  const value = bytes / unit;
  return `${value >= 9.95 ? Math.round(value) : Number(value.toFixed(1))} ${name}`;
}
