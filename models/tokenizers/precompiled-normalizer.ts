/**
 * SentencePiece's character map, which T5's tokenizer.json carries: what each character, or short cluster of characters,
 * is replaced by before it is cut into tokens. Follows Hugging Face's spm_precompiled, quirks included.
 *
 * The map is a double-array trie over UTF-8 bytes (github.com/s-yata/darts-clone) whose leaves are offsets into a text
 * of replacements, each closed by a zero byte.
 */

/** The normalizer for a `precompiled_charsmap`, in base64. */
export function precompiledNormalizer(charsmap: string): (text: string) => string {
  const bytes = Uint8Array.from(Buffer.from(charsmap, "base64"));
  const view = new DataView(bytes.buffer);
  const trieBytes = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  const trie = Uint32Array.from({ length: Math.floor(trieBytes / 4) }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = bytes.subarray(4 + trieBytes);
  const replacement = (piece: Uint8Array): string | undefined => {
    const at = firstLeaf(trie, piece);
    if (at === undefined) return undefined;
    const end = replacements.indexOf(0, at);
    return new TextDecoder().decode(replacements.subarray(at, end < 0 ? replacements.length : end));
  };
  return (text) => Array.from(clusters.segment(text), ({ segment }) => replaced(segment, replacement)).join("");
}

const clusters = new Intl.Segmenter("und", { granularity: "grapheme" });
const utf8 = new TextEncoder();

/** A cluster of fewer bytes is looked up whole; of more, character by character. */
const shortCluster = 6;

function replaced(cluster: string, replacement: (piece: Uint8Array) => string | undefined): string {
  const bytes = utf8.encode(cluster);
  const whole = bytes.length < shortCluster ? replacement(bytes) : undefined;
  return whole ?? Array.from(cluster, (character) => replacement(utf8.encode(character)) ?? character).join("");
}

/** The value of the shortest key that `piece` begins with. */
function firstLeaf(trie: Uint32Array, piece: Uint8Array): number | undefined {
  let node = offset(trie[0] ?? 0);
  for (const byte of piece) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = trie[node] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    node ^= offset(unit);
    if ((unit >>> 8) & 1) return (trie[node] ?? 0) & 0x7fffffff;
  }
  return undefined;
}

/** How far a unit's children lie from it. */
function offset(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}
