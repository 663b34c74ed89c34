import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tokenizeClip, tokenizeGenerationPrompt, tokenizeT5 } from "./prompt-tokens";
import { loadTokenizer, type TokenizedPrompt, type Tokenizer } from "./tokenizer";

const models = fileURLToPath(new URL("..", import.meta.url));
const folders = { t5: join(models, "mini/flux/tokenizer_2"), clip: join(models, "mini/flux/tokenizer"), qwen: join(models, "mini/bifrost") };

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "tokenizers-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function cases(name: string) {
  return JSON.parse(readFileSync(join(models, `reference/fixtures/tokens-${name}.json`), "utf8")) as { prompt: string; ids: number[] }[];
}

const ids = (prompt: TokenizedPrompt) => Array.from(prompt.inputIds.data, Number);

async function expectSameIds(name: string, folder: string, tokenize: (tokenizer: Tokenizer, prompt: string) => TokenizedPrompt) {
  const tokenizer = await loadTokenizer(folder);
  for (const expected of cases(name)) {
    const prompt = tokenize(tokenizer, expected.prompt);
    expect(ids(prompt), expected.prompt).toEqual(expected.ids);
    expect(prompt.inputIds.dims).toEqual([1, expected.ids.length]);
    expect(prompt.tokens).toHaveLength(expected.ids.length);
  }
}

describe("token ids are Transformers'", () => {
  it("for T5", () => expectSameIds("t5", folders.t5, tokenizeT5));
  it("for CLIP", () => expectSameIds("clip", folders.clip, tokenizeClip));
  it("for Bifrost-1's generation prompt", () => expectSameIds("qwen", folders.qwen, tokenizeGenerationPrompt));
  it("for a generation prompt that is too long", () =>
    expectSameIds("qwen-cut-at-48", folders.qwen, (tokenizer, prompt) => tokenizeGenerationPrompt(tokenizer, prompt, 48)));

  it("for CLIP from vocab.json and merges.txt, as FLUX.1 ships it", async () => {
    const folder = join(scratch, "clip");
    mkdirSync(folder);
    for (const file of ["vocab.json", "merges.txt", "tokenizer_config.json"]) copyFileSync(join(folders.clip, file), join(folder, file));
    await expectSameIds("clip", folder, tokenizeClip);
  });
});

describe("a prompt's tokens", () => {
  it("count what was dropped and what is not padding", async () => {
    const tokenizer = await loadTokenizer(folders.t5);
    expect(tokenizeT5(tokenizer, "a red dog")).toMatchObject({ length: 4, truncated: 0 });
    const long = tokenizeT5(tokenizer, "a red dog ".repeat(20).trim(), 16);
    expect(long).toMatchObject({ length: 16, truncated: 45 });
    expect(long.cut).toHaveLength(45);
    expect(long.tokens.at(-1)).toBe("</s>");
  });

  it("end a generation prompt with the token that opens the image", async () => {
    const tokenizer = await loadTokenizer(folders.qwen);
    const prompt = tokenizeGenerationPrompt(tokenizer, "a red dog");
    expect(prompt.tokens[0]).toBe("<|im_start|>");
    expect(prompt.tokens.at(-1)).toBe("<|vision_start|>");
    expect(prompt.truncated).toBe(0);
  });
});

describe("a tokenizer that cannot be used", () => {
  it("names the missing file", async () => {
    await expect(loadTokenizer(join(scratch, "nowhere"))).rejects.toThrow(/nowhere.tokenizer_config\.json is missing\. Download/);
  });

  it("names the file that is not JSON", async () => {
    const folder = join(scratch, "broken");
    mkdirSync(folder);
    writeFileSync(join(folder, "tokenizer_config.json"), "<html>not found</html>");
    await expect(loadTokenizer(folder)).rejects.toThrow(/broken.tokenizer_config\.json is not valid JSON.*Download/s);
  });

  it("names the token that another model's tokenizer lacks", async () => {
    const tokenizer = await loadTokenizer(folders.t5);
    expect(() => tokenizeGenerationPrompt(tokenizer, "a red dog")).toThrow(/tokenizer_2 has no token <\|vision_start\|>/);
  });
});
