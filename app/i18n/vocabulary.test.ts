import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { specs } from "@/nodes/specs";
import { english, translatorOf } from "./translator";
import { dataTypeWord, nodeTitle, spoken, typeTitle } from "./vocabulary";
import { vocabularyTexts } from "./vocabulary-texts";
import { vocabulary } from "./zh/vocabulary";

/** Proper names and signs. */
const sameInBoth = new Set(["ControlNet", "2 × 2", "4 × 4", "8 × 8"]);

/** What is wrong with a param, which no spec gives back once it is part of a schema: read where it is written. */
function sentencesOfParams(): string[] {
  const files = [...Object.keys(specs).map((type) => `${type}/spec.ts`), "saved-tensors.ts", "workflow.ts"];
  const source = files.map((file) => readFileSync(join(import.meta.dirname, "../../nodes", file), "utf8")).join("\n");
  // What is `said` is looked for by sentences.test.ts.
  return [...source.matchAll(/(?<!said\()"((?:[A-Z“])[^"\n]*[.”])"/g)].map(([, text]) => text!);
}

// What people ask the model, in the language it reads.
const unspoken = new Set(["Describe this image."]);

describe("the vocabulary of nodes in Chinese", () => {
  const wanted = new Set([...vocabularyTexts(), ...sentencesOfParams()].filter((text) => !unspoken.has(text)));

  it("says everything that specs, data types and presets say", () => {
    expect([...wanted].filter((text) => !Object.hasOwn(vocabulary, text))).toEqual([]);
  });

  it("says nothing that none of them says", () => {
    expect(Object.keys(vocabulary).filter((text) => !wanted.has(text))).toEqual([]);
  });

  it("leaves nothing empty or in English", () => {
    expect(Object.entries(vocabulary).filter(([text, chinese]) => chinese.trim() === "" || (chinese === text && !sameInBoth.has(text)))).toEqual([]);
  });

  it("uses full-width punctuation between Chinese characters", () => {
    // Shapes in brackets are written as in code.
    expect(Object.values(vocabulary).filter((text) => /\p{Script=Han}[,;:!?.]|[,;:!?]\p{Script=Han}/u.test(text.replace(/\[[^\]]*\]/g, "")))).toEqual([]);
  });
});

describe("speaking it", () => {
  const chinese = translatorOf("zh");

  it("in English says what the specs say", () => {
    expect([spoken("Patch latents", english), typeTitle("flux-sampler", english), dataTypeWord("patch-latents", english)]).toEqual(["Patch latents", "FLUX Sampler", "patch latents"]);
  });

  it("in Chinese says it in Chinese, and leaves what people wrote", () => {
    expect([typeTitle("flux-sampler", chinese), typeTitle("of-another-program", chinese), dataTypeWord("patch-latents", chinese)]).toEqual(["FLUX 采样器", "of-another-program", "图块潜变量"]);
    expect([spoken("FLUX Sampler: Steps", chinese), spoken("My node: Steps", chinese), spoken("Note: mine", chinese)]).toEqual(["FLUX 采样器：步数", "My node：步数", "Note: mine"]);
    expect([nodeTitle({ type: "prompt" }, chinese), nodeTitle({ type: "prompt", title: "My words" }, chinese)]).toEqual(["提示词", "My words"]);
  });
});
