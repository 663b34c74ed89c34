import { describe, expect, it } from "vitest";
import type { Translate } from "../i18n/translate";
import { english, translatorOf } from "../i18n/translator";
import { factsOf, formatAgo, formatBytes, formatCount, formatSeconds, formatValue, joined } from "./quantity";

describe("quantities", () => {
  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 KB"], [16_384, "16 KB"], [999_600, "1.0 MB"], [24e9, "24 GB"]])("%d bytes read %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([[12, "12"], [52_100, "52.1 k"], [11_901_408_320, "11.9 B"], [340e6, "340 M"]])("%d things read %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([[0, "0"], [0.41216, "0.4122"], [-3.08, "−3.08"], [0.00001234, "1.23e−5"], [-0.00001234, "−1.23e−5"], [123456, "1.23e5"]])("%d reads %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it("says when", () => {
    const now = Date.parse("2026-03-10T12:00:00Z");
    const ago = (seconds: number) => formatAgo(now - seconds * 1000, now, english);
    expect([ago(5), ago(300), ago(7200), ago(86_400), ago(3 * 86_400), ago(40 * 86_400)]).toEqual(["just now", "5 min ago", "2 h ago", "yesterday", "3 days ago", "30 Jan"]);
    expect(formatAgo(Date.parse("2024-01-30T12:00:00Z"), now, english)).toBe("31 Jan 2024");
    expect(formatAgo(Date.parse("2024-01-30T12:00:00Z"), now, translatorOf("zh"))).toBe("2024年1月31日");
  });

  it.each([[0.0123, "12 ms", "12 毫秒"], [0.9, "0.9 s", "0.9 秒"], [14.2, "14 s", "14 秒"], [120, "2 min", "2 分钟"], [125, "2 min 5 s", "2 分 5 秒"], [3900, "1 h 5 min", "1 小时 5 分"]])("%d seconds read %s and %s", (seconds, inEnglish, inChinese) => {
    expect([formatSeconds(seconds, english), formatSeconds(seconds, translatorOf("zh"))]).toEqual([inEnglish, inChinese]);
  });

  it("lists things and facts, which Chinese writes with another comma", () => {
    const lists = (t: Translate) => [joined(["a", "b", "c"], t), factsOf(["1", "2"], t), factsOf([], t)];
    expect([lists(english), lists(translatorOf("zh"))]).toEqual([["a, b, c", "1, 2", ""], ["a、b、c", "1，2", ""]]);
  });
});
