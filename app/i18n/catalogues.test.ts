import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { en } from "./en/messages";
import { zh } from "./zh/messages";

/** Proper names and signs, which Chinese writes as English does. */
const sameInBoth = new Set(["bar.tab", "common.product", "common.system.ready", "inspector.place.value"]);

interface Catalogue {
  readonly [key: string]: string | Catalogue;
}

function textsOf(catalogue: Catalogue, prefix = ""): Map<string, string> {
  return new Map(Object.entries(catalogue).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as const] : [...textsOf(value, `${prefix}${key}.`)])));
}

/** The placeholders and tags of a message, wherever in it they stand. */
function namesIn(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return [];
      case TYPE.tag:
        return [`<${element.value}>`, ...namesIn(element.children)];
      case TYPE.select:
      case TYPE.plural:
        return [element.value, ...Object.values(element.options).flatMap((option) => namesIn(option.value))];
      default:
        return [element.value];
    }
  });
}

const placeholders = (text: string) => [...new Set(namesIn(parse(text)))].sort();

const english = textsOf(en);
const chinese = textsOf(zh);

describe("the Chinese catalogue", () => {
  it("has the same keys as the English one", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("has the same placeholders", () => {
    const all = (texts: Map<string, string>) => Object.fromEntries([...texts].map(([key, text]) => [key, placeholders(text)]));
    expect(all(chinese)).toEqual(all(english));
  });

  it("leaves nothing empty or in English", () => {
    const untranslated = [...english].filter(([key, text]) => !sameInBoth.has(key) && (chinese.get(key)?.trim() === "" || chinese.get(key) === text)).map(([key]) => key);
    expect(untranslated).toEqual([]);
  });

  it("lists as the same only what is the same", () => {
    expect([...sameInBoth].filter((key) => english.get(key) !== chinese.get(key))).toEqual([]);
  });

  it("uses full-width punctuation between Chinese characters", () => {
    const mixed = [...chinese].filter(([, text]) => /\p{Script=Han}[,;:!?.]|[,;:!?]\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(mixed).toEqual([]);
  });
});

describe("both catalogues", () => {
  it("have no text that is empty or has spaces around it", () => {
    expect([...english, ...chinese].filter(([, text]) => text === "" || text !== text.trim())).toEqual([]);
  });
});
