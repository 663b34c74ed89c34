import { describe, expect, it } from "vitest";
import { preferredLanguage } from "./language";

describe("the language a browser asks for", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["en-US,en;q=0.9,zh-CN;q=0.8", "en"],
    ["de-DE,de;q=0.9,zh;q=0.5,en;q=0.4", "zh"],
    ["fr, en;q=0.1, zh-Hant ; q=0.2", "zh"],
    ["zh;q=0, en;q=0.3", "en"],
    ["zh;q=nonsense, en;q=0.3", "en"],
    ["constructor, *", "en"],
  ])("%s is answered in %s", (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});
