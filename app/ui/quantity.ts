/**
 * Numbers as people read them, with units and only the digits that matter. Both languages write decimals and SI prefixes
 * alike; only what has words in it needs a translator.
 */
import type { Translate } from "../i18n/translate";


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
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2).replaceAll("-", "−").replace("e+", "e");
  return Number(value.toPrecision(size >= 1000 ? 5 : 4)).toString().replace("-", "−");
}

/** Seconds with the digits that matter: 12 ms, 0.9 s, 14 s, 2 min 5 s. */
export function formatSeconds(seconds: number, t: Translate): string {
  if (seconds < 0.0995) return t("common.seconds.milliseconds", { count: String(Math.max(1, Math.round(seconds * 1000))) });
  if (seconds < 9.95) return t("common.seconds.seconds", { seconds: seconds.toFixed(1) });
  const whole = Math.round(seconds);
  if (seconds < 59.5) return t("common.seconds.seconds", { seconds: String(whole) });
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return t("common.seconds.hours", { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) });
  return whole % 60 === 0 ? t("common.seconds.minutes", { minutes: String(minutes) }) : t("common.seconds.minutesAndSeconds", { minutes: String(minutes), seconds: String(whole % 60) });
}

const day = 86_400;

/** "just now", "5 min ago", "yesterday", then the date. */
export function formatAgo(at: number, now: number, t: Translate): string {
  const seconds = Math.max(0, (now - at) / 1000);
  if (seconds < 45) return t("common.ago.now");
  if (seconds < 3570) return t("common.ago.minutes", { count: String(Math.max(1, Math.round(seconds / 60))) });
  if (seconds < 0.9 * day) return t("common.ago.hours", { count: String(Math.round(seconds / 3600)) });
  if (seconds < 1.9 * day) return t("common.ago.yesterday");
  if (seconds < 7 * day) return t("common.ago.days", { count: String(Math.round(seconds / day)) });
  return seconds > 300 * day ? t("common.ago.dateWithYear", { at: new Date(at) }) : t("common.ago.date", { at: new Date(at) });
}

/** One sentence after another; those that are empty or false are left out. */
export function inTurn(sentences: readonly (string | false | undefined)[], t: Translate): string {
  return sentences.reduce<string>((first, second) => (!second ? first : first === "" ? second : t("common.inTurn", { first, second })), "");
}

const listed = (message: "common.joined" | "common.facts") => (parts: readonly string[], t: Translate) => parts.reduce((first, second) => (first === "" ? second : t(message, { first, second })), "");

/** "a, b, c": things that are listed without an "and". */
export const joined = listed("common.joined");

/** "1 running, 2 waiting": one fact after another. */
export const factsOf = listed("common.facts");
