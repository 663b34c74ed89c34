/** A checkpoint's tokenizer: tokenizer.json and tokenizer_config.json, read where they lie. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Tokenizer as TokenizerLibrary } from "@huggingface/tokenizers";

import { CheckpointError } from "../checkpoints/checkpoint-error";
import { quoted, said } from "../said";
import type { Tensor } from "../tensor";
import { clipTokenizerDefinition } from "./clip-vocabulary";
import { setExactNormalizers, withUnicodeSpaces } from "./library-differences";

export interface Tokenizer {
  readonly directory: string;
  readonly encoder: TokenizerLibrary;
  /** `model_max_length`; undefined where the checkpoint sets none. */
  readonly maxLength: number | undefined;
  /** Special tokens by their role, as the config names them: `eos_token`, `pad_token`, … */
  readonly specialTokens: Readonly<Record<string, string>>;
}

export interface TokenizedPrompt {
  /** int64 [1, S] */
  readonly inputIds: Tensor<"int64">;
  /** The S tokens as the vocabulary spells them, special tokens and padding included. */
  readonly tokens: readonly string[];
  /** How many of the S positions come before the padding. */
  readonly length: number;
  /** How many tokens of the prompt did not fit and were dropped from its end. */
  readonly truncated: number;
  /** Those tokens. */
  readonly cut: readonly string[];
}

type Json = Record<string, unknown>;

/**
 * Loads the tokenizer of a checkpoint folder. Older CLIP folders (FLUX.1's `tokenizer/`) hold vocab.json and
 * merges.txt in place of tokenizer.json; they are read too.
 * Throws a CheckpointError that names the missing or broken file and what to do.
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const config = parseJson(await readText(directory, "tokenizer_config.json"), join(directory, "tokenizer_config.json"));
  const definition = await readDefinition(directory, config);
  let library: TokenizerLibrary;
  try {
    library = new TokenizerLibrary(withUnicodeSpaces(definition), config);
    setExactNormalizers(library);
  } catch (error) {
    throw new CheckpointError(said("{path} is not a tokenizer this version can run: {why}. Download the file again.", { path: join(directory, "tokenizer.json"), why: quoted(message(error)) }));
  }
  return { directory, encoder: library, maxLength: maxLengthOf(config), specialTokens: specialTokensOf(config) };
}

/** The id of a token of the vocabulary. Throws a CheckpointError naming the tokenizer's folder when there is no such token. */
export function tokenId(tokenizer: Tokenizer, token: string): number {
  const id = tokenizer.encoder.token_to_id(token);
  if (id === undefined) {
    throw new CheckpointError(said("The tokenizer in {directory} has no token {token}: it belongs to another model. Point the checkpoint to its own tokenizer.", { directory: tokenizer.directory, token }));
  }
  return id;
}

/** The token that plays `role`, such as `eos_token`. Throws a CheckpointError when tokenizer_config.json names none. */
export function specialToken(tokenizer: Tokenizer, role: string): string {
  const token = tokenizer.specialTokens[role];
  if (token === undefined) {
    throw new CheckpointError(said("{path} names no {role}. Take the file from the model's own repository.", { path: join(tokenizer.directory, "tokenizer_config.json"), role }));
  }
  return token;
}

async function readDefinition(directory: string, config: Json): Promise<Json> {
  const path = join(directory, "tokenizer.json");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text !== undefined) return parseJson(text, path);
  if (config["tokenizer_class"] !== "CLIPTokenizer") throw missingFile(path);
  const vocabulary = parseJson(await readText(directory, "vocab.json"), join(directory, "vocab.json"));
  return clipTokenizerDefinition(vocabulary as Record<string, number>, await readText(directory, "merges.txt"), specialTokensOf(config));
}

async function readText(directory: string, file: string): Promise<string> {
  const path = join(directory, file);
  return readFile(path, "utf8").catch((error: unknown) => {
    throw isMissing(error) ? missingFile(path) : error;
  });
}

function missingFile(path: string): CheckpointError {
  return new CheckpointError(said("{path} is missing. Download the checkpoint again, its tokenizer files included.", { path }));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function parseJson(text: string, path: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Json;
  } catch (error) {
    throw new CheckpointError(said("{path} is not valid JSON: {why}. Download the file again.", { path, why: quoted(message(error)) }));
  }
  throw new CheckpointError(said("{path} should hold a JSON object. Download the file again.", { path }));
}

/** Transformers writes int(1e30) for "no limit". */
function maxLengthOf(config: Json): number | undefined {
  const length = config["model_max_length"];
  return typeof length === "number" && length < 1e9 ? length : undefined;
}

/** A special token is written as a string or as `{ content, … }`, depending on the version that saved the file. */
function specialTokensOf(config: Json): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.endsWith("_token")) continue;
    const content: unknown = typeof value === "object" && value !== null && "content" in value ? value.content : value;
    if (typeof content === "string") tokens[key] = content;
  }
  return tokens;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
