/** What the attention of a step says of itself, and the view of what is chosen of it. */
import type { Output } from "@/nodes/run-events";
import type { Grid, View } from "./worker/contract";

export interface AttentionFacts {
  readonly tokens: readonly string[];
  readonly blocks: readonly string[];
  readonly grid: Grid;
}

export function attentionFacts({ facts }: Pick<Output, "facts">): AttentionFacts {
  const words = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const count = (value: unknown) => (typeof value === "number" ? value : 1);
  return { tokens: words(facts.tokens), blocks: words(facts.blocks), grid: { rows: count(facts.rows), columns: count(facts.columns) } };
}

/** "double 3" → "double": blocks of one kind can be chosen together. */
export const kindOfBlock = (block: string) => block.replace(/ \d+$/, "");

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The chosen blocks that this model has; all when none is chosen. */
export function chosenBlocks(chosen: readonly number[] | null, count: number): readonly number[] {
  const known = chosen?.filter((block) => block < count) ?? [];
  return known.length > 0 ? known : upTo(count);
}

/** With one more or one less, in their order. Never none: there would be nothing to show. Null: all. */
export function toggledBlock(chosen: readonly number[], block: number, count: number): readonly number[] | null {
  const next = chosen.includes(block) ? chosen.filter((each) => each !== block) : [...chosen, block].sort((a, b) => a - b);
  if (next.length === 0) return chosen;
  return next.length === count ? null : next;
}

/** The blocks of each kind, where there are several kinds. */
export function blocksByKind(blocks: readonly string[]): { readonly kind: string; readonly indices: readonly number[] }[] {
  const kinds = [...new Set(blocks.map(kindOfBlock))];
  if (kinds.length < 2) return [];
  return kinds.map((kind) => ({ kind, indices: upTo(blocks.length).filter((index) => kindOfBlock(blocks[index]!) === kind) }));
}

/** The chosen tokens that this prompt has; its last word until some are chosen. */
export function chosenTokens(chosen: readonly number[] | null, tokens: readonly string[]): readonly number[] {
  const known = chosen?.filter((token) => token < tokens.length) ?? [];
  if (known.length > 0) return known;
  return [Math.max(0, tokens.findLastIndex((token) => !token.startsWith("<")))];
}

export interface AttentionChoice {
  readonly blocks: readonly number[] | null;
  readonly tokens: readonly number[] | null;
  /** Null: none was chosen, and the first stands for it. */
  readonly patch: number | null;
}

const attentionOf = ({ tensors }: Pick<Output, "tensors">) => ({ hash: tensors.hash, name: "attention" });

/** Where the chosen tokens act, of the sampler. */
export function wordAttention(output: Output, { blocks, tokens }: AttentionChoice): Extract<View, { kind: "slice" }> {
  const facts = attentionFacts(output);
  return { kind: "slice", of: attentionOf(output), at: [chosenBlocks(blocks, facts.blocks.length), chosenTokens(tokens, facts.tokens)], grid: facts.grid };
}

/** What the chosen patch attends to, of the unmasker: the other patches, or as a row the tokens. */
export function patchAttention(output: Output, { blocks, patch }: AttentionChoice, to: "patches" | "tokens"): Extract<View, { kind: "slice" }> {
  const facts = attentionFacts(output);
  const at = [chosenBlocks(blocks, facts.blocks.length), Math.min(patch ?? 0, facts.grid.rows * facts.grid.columns - 1)];
  const { length } = facts.tokens;
  return to === "patches" ? { kind: "slice", of: attentionOf(output), at, grid: facts.grid, from: length } : { kind: "slice", of: attentionOf(output), at, grid: { rows: 1, columns: length } };
}
