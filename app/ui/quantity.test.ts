import { describe, expect, it } from "vitest";
import { formatAgo, formatBytes, formatCount, formatValue } from "./quantity";

describe("quantities", () => {
  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 KB"], [16_384, "16 KB"], [999_600, "1.0 MB"], [24e9, "24 GB"]])("%d bytes read %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([[12, "12"], [52_100, "52.1 k"], [11_901_408_320, "11.9 B"], [340e6, "340 M"]])("%d things read %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([[0, "0"], [0.41216, "0.4122"], [-3.08, "−3.08"], [0.00001234, "1.23e−5"], [123456, "1.23e5"]])("%d reads %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it("says when", () => {
    const now = Date.parse("2026-03-10T12:00:00Z");
    const ago = (seconds: number) => formatAgo(now - seconds * 1000, now);
    expect([ago(5), ago(300), ago(7200), ago(86_400), ago(3 * 86_400), ago(40 * 86_400)]).toEqual(["just now", "5 min ago", "2 h ago", "yesterday", "3 days ago", "30 Jan"]);
  });
});
