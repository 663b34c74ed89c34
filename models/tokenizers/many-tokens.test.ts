import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { precompiledNormalizer } from "./precompiled-normalizer";
import { tokenizeClip, tokenizeGenerationPrompt, tokenizeT5 } from "./prompt-tokens";
import { loadTokenizer, type TokenizedPrompt, type Tokenizer } from "./tokenizer";

type Kind = "t5" | "clip" | "qwen" | "charsmap";

const models = join(import.meta.dirname, "..");
const fixtures = join(models, "reference/fixtures");
const { tokenizers, cases } = JSON.parse(readFileSync(join(fixtures, "tokens-many.json"), "utf8")) as {
  tokenizers: Record<string, string>;
  cases: (Record<Kind, number[]> & { prompt: string })[];
};

/** Throws, saying what to do, when models/mini is not what the fixture was made with. */
function requireSameTokenizers(): void {
  const changed = Object.entries(tokenizers).filter(([file, hash]) => createHash("sha256").update(readFileSync(join(models, "mini", file))).digest("hex") !== hash);
  if (changed.length > 0) throw new Error(`models/reference/fixtures/tokens-many.json was made with other tokenizers (${changed.map(([file]) => file).join(", ")}). Make it again: python models/reference/mini_fixtures.py`);
}

/** As the fixture was made: long prompts are to be seen whole. */
const length = 512;

describe("token ids of 500 strings are Transformers'", () => {
  it.each<[Kind, string, (tokenizer: Tokenizer, prompt: string) => TokenizedPrompt]>([
    ["t5", join(models, "mini/flux/tokenizer_2"), (tokenizer, prompt) => tokenizeT5(tokenizer, prompt, length)],
    ["clip", join(models, "mini/flux/tokenizer"), tokenizeClip],
    ["qwen", join(models, "mini/bifrost"), (tokenizer, prompt) => tokenizeGenerationPrompt(tokenizer, prompt, length)],
    ["charsmap", join(fixtures, "tokenizer-charsmap"), (tokenizer, prompt) => tokenizeT5(tokenizer, prompt, length)],
  ])("%s", async (kind, folder, tokenize) => {
    requireSameTokenizers();
    const tokenizer = await loadTokenizer(folder);
    const differing = cases.filter(({ prompt, [kind]: expected }) => {
      const { inputIds, length: count } = tokenize(tokenizer, prompt);
      return Array.from(inputIds.data.subarray(0, count), Number).join() !== expected.join();
    });
    expect(differing.map(({ prompt }) => prompt)).toEqual([]);
  });

  it("with prompts of 400 tokens and more among them", () => {
    expect(cases).toHaveLength(500);
    expect(cases.filter(({ t5, qwen }) => t5.length >= 400 && qwen.length >= 400).length).toBeGreaterThan(10);
  });
});

describe("T5's character map", () => {
  const { normalizer } = JSON.parse(readFileSync(join(fixtures, "tokenizer-charsmap/tokenizer.json"), "utf8")) as { normalizer: { precompiled_charsmap: string } };
  const normalize = precompiledNormalizer(normalizer.precompiled_charsmap);

  it("replaces characters and short clusters, and leaves the rest", () => {
    expect(normalize("caf\u0065\u0301 \ufb01ne\u3000\u00bd \ud83e\uddd1\u200d\ud83d\ude80 \u72d7")).toBe("caf\u00e9 fine 1/2 \ud83e\uddd1\u200d\ud83d\ude80 \u72d7");
  });
});
