/** CLIP's tokenizer from vocab.json and merges.txt, for folders that hold no tokenizer.json. */

/**
 * The tokenizer.json that Transformers' CLIPTokenizer builds from the same two files: lower case, NFC, byte-level BPE
 * over words, each word closed by `</w>`. `specialTokens` are those of tokenizer_config.json; CLIP's own otherwise.
 */
export function clipTokenizerDefinition(
  vocabulary: Readonly<Record<string, number>>,
  merges: string,
  specialTokens: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const start = specialTokens["bos_token"] ?? "<|startoftext|>";
  const end = specialTokens["eos_token"] ?? "<|endoftext|>";
  const special = [start, end].map((content) => ({
    id: vocabulary[content], content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false,
  }));
  return {
    added_tokens: special,
    normalizer: {
      type: "Sequence",
      normalizers: [{ type: "NFC" }, { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Lowercase" }],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: CLIP_WORDS }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [end, vocabulary[end]],
      cls: [start, vocabulary[start]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: end,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      byte_fallback: false,
      vocab: vocabulary,
      merges: mergeRules(merges),
    },
  };
}

const CLIP_WORDS =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** merges.txt: one pair a line, best first, after a `#version` line. */
function mergeRules(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#version"));
}
