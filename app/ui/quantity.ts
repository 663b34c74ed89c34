/** Numbers as people read them, with units and only the digits that matter. */

export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}

/** 11.9 B, 340 M, 52 k. */
export function formatCount(count: number): string {
  const steps = [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  for (const [size, unit] of steps) if (count >= size) return `${count / size >= 99.5 ? Math.round(count / size) : Number((count / size).toPrecision(3))} ${unit}`;
  return String(count);
}

/** Three or four significant digits, as a person would write them. */
export function formatValue(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2).replace("-", "−").replace("e+", "e");
  return Number(value.toPrecision(size >= 1000 ? 5 : 4)).toString().replace("-", "−");
}

/** Seconds with the digits that matter: 12 ms, 0.9 s, 14 s, 2 min 5 s. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

const day = 86_400;

/** "just now", "5 min ago", "yesterday", then the date. */
export function formatAgo(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1000);
  if (seconds < 45) return "just now";
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 0.9 * day) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 1.9 * day) return "yesterday";
  if (seconds < 7 * day) return `${Math.round(seconds / day)} days ago`;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", ...(seconds > 300 * day && { year: "numeric" }) }).format(at);
}
