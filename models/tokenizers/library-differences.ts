/** Where the tokenizer library differs from Hugging Face's own, which Transformers uses: put right here. */
import type { Tokenizer as TokenizerLibrary } from "@huggingface/tokenizers";
import { precompiledNormalizer } from "./precompiled-normalizer";

/**
 * The definition with white space in patterns as Unicode has it: JavaScript's \s lacks U+0085 and counts the byte order
 * mark in.
 */
export function withUnicodeSpaces<T>(definition: T): T {
  const changed = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return key === "Regex" ? value.replace(/\\([\s\S])/g, (escape, what: string) => spaces[what] ?? escape) : value;
    if (Array.isArray(value)) return value.map((item) => changed(item, ""));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(withOwnSplit(value)).map(([name, inner]) => [name, changed(inner, name)]));
  };
  const parts = ["normalizer", "pre_tokenizer"].flatMap((part) => {
    const value = (definition as Record<string, unknown>)[part];
    return value === undefined ? [] : [[part, changed(value, part)]];
  });
  return { ...definition, ...Object.fromEntries(parts) };
}

/** A byte-level pre-tokenizer that splits by the library's pattern, with that pattern written out. */
function withOwnSplit(part: object): object {
  const { type, use_regex: isSplitting = true, add_prefix_space: isPrefixing } = part as { type?: unknown; use_regex?: boolean; add_prefix_space?: boolean };
  if (type !== "ByteLevel" || !isSplitting || isPrefixing !== false) return part;
  const split = { type: "Split", pattern: { Regex: gpt2Words }, behavior: "Isolated", invert: false };
  return { type: "Sequence", pretokenizers: [split, { ...part, use_regex: false }] };
}

const gpt2Words = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const spaces: Readonly<Record<string, string>> = { s: "\\p{White_Space}", S: "\\P{White_Space}" };

interface LibraryNormalizer {
  (text: string): string;
  readonly normalize?: (text: string) => string;
  readonly config?: { readonly type?: string; readonly precompiled_charsmap?: string | null };
  readonly normalizers?: (LibraryNormalizer | null)[];
}

/** The library's normalizers with those replaced that it only approximates. */
export function setExactNormalizers(library: TokenizerLibrary): void {
  const holder = library as unknown as { normalizer: LibraryNormalizer | null };
  const list = holder.normalizer?.normalizers;
  if (list) list.splice(0, list.length, ...list.map(exact));
  else holder.normalizer = exact(holder.normalizer);
}

function exact(normalizer: LibraryNormalizer | null): LibraryNormalizer | null {
  const { type, precompiled_charsmap: charsmap } = normalizer?.config ?? {};
  if (type === "Precompiled" && charsmap) return callable(precompiledNormalizer(charsmap));
  if (type === "Lowercase") return callable(lowercaseByCharacter);
  return normalizer;
}

/** Alone it is called, in a sequence its `normalize` is. */
function callable(normalize: (text: string) => string): LibraryNormalizer {
  return Object.assign((text: string) => normalize(text), { normalize });
}

/** Each character alone: JavaScript would see that a Σ ends its word. */
function lowercaseByCharacter(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join("");
}
