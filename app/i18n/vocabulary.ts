/**
 * What specs say, in the language of the interface. Their English is its own key: a port's title comes to a component by
 * many ways (a spec, a subgraph's card, a param that is an input, a reason that the server gives), and is the same text.
 */
import { type DataType, dataTypes } from "@/nodes/ports";
import type { Problem } from "@/nodes/problems";
import { type Said, type SaidMessage, type SaidWords, sayWith, sentences, wordsOf } from "@/nodes/said";
import { findSpec } from "@/nodes/specs";
import type { WorkflowNode } from "@/nodes/workflow";
import type { Translate } from "./translate";

/** As pairs, since the texts have dots and the keys of messages must not. English has none. */
export type Vocabulary = readonly (readonly [english: string, translated: string])[];

/** The key of the vocabulary among the messages; it is no message, so the translator's types do not know it. */
const vocabularyKey = "vocabulary" as never;

/** Asked for every card: a translator is slow to say that it does not have something. */
const indexes = new WeakMap<Translate, ReadonlyMap<string, string> | null>();

function indexOf(t: Translate): ReadonlyMap<string, string> | null {
  let index = indexes.get(t);
  if (index === undefined) indexes.set(t, (index = t.has(vocabularyKey) ? new Map(t.raw(vocabularyKey) as Vocabulary) : null));
  return index;
}

/** A title, help or choice of a spec in the language of `t`; what the vocabulary does not hold stays as it is. */
export function spoken(english: string, t: Translate): string {
  const index = indexOf(t);
  if (!index) return english;
  return index.get(english) ?? composed(english, index) ?? english;
}

/** “VAE Encode: Image”: a port or param with its node before it, where a subgraph shows two of one name (nodes/card-ports.ts). */
function composed(english: string, index: ReadonlyMap<string, string>): string | undefined {
  const at = english.lastIndexOf(": ");
  const title = at < 1 ? undefined : index.get(english.slice(at + 2));
  if (title === undefined) return undefined;
  // A node's own name stays, as it was written.
  const node = english.slice(0, at);
  return `${index.get(node) ?? node}：${title}`;
}

/** The title that people read on a node: its own, or its type's. */
export function nodeTitle(node: Pick<WorkflowNode, "type" | "title">, t: Translate): string {
  return node.title ?? typeTitle(node.type, t);
}

export function typeTitle(type: string, t: Translate): string {
  const title = findSpec(type)?.title;
  return title === undefined ? type : spoken(title, t);
}

/** A title within a sentence: “start after step”. */
export function spokenWithin(title: string, t: Translate): string {
  const words = spoken(title, t);
  // Only English writes it small there: Chinese has no small letters, and proper names keep theirs.
  return words === title ? title.toLowerCase() : words;
}

/** A data type within a sentence: “patch latents”. */
export function dataTypeWord(type: DataType, t: Translate): string {
  return spokenWithin(dataTypes[type].title, t);
}

/** A sentence of the vocabulary, with the words in it. */
export function sentence(what: Said, t: Translate): string {
  return sayWith(what, (text) => spoken(text, t));
}

/** What the program says of a problem, a failure or a refusal, and what to do about it. */
export function messageWords(found: SaidMessage, t: Translate): { message: string; remedy: string | undefined } {
  const { message, remedy } = wordsOf(found);
  return { message: sentence(message, t), remedy: remedy && sentence(remedy, t) };
}

/** Both in one. */
export function messageInOne(found: SaidMessage, t: Translate): string {
  const { message, remedy } = wordsOf(found);
  return sentence(remedy ? sentences(message, remedy) : message, t);
}

/** What is wrong with a param, where its node and title stand beside it already. */
export function paramProblemWords(problem: Problem, t: Translate): string {
  const found = problem.said.message;
  const { words } = found.values;
  if (words !== undefined && found.text === "{node}: {param}: {words}") return typeof words === "string" ? spoken(words, t) : sentence(words, t);
  // Of a sweep that feeds it.
  if (typeof words === "object" && words.text === "{param}: {words}") return typeof words.values.words === "string" ? spoken(words.values.words, t) : sentence(words, t);
  return messageWords(problem, t).message;
}

/** Why a run ended as it did; null where it says nothing. */
export function runMessage({ message, said }: { message: string | null; said: SaidWords | null }, t: Translate): string | null {
  return message === null ? null : messageInOne({ message, ...(said && { said }) }, t);
}
