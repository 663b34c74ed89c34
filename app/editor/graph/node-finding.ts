/** Nodes of a workflow that hold what was typed: in their title, type, id or params. */
import type { NodeSpec } from "@/nodes/define-node";
import { paramMeta } from "@/nodes/param-form";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle, spoken } from "@/app/i18n/vocabulary";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import type { z } from "zod";

export interface NodeHit {
  readonly nodeId: string;
  readonly title: string;
  /** Where it was found, when that is not its title: "Prompt: a photo of a dog". */
  readonly place: string | null;
}

/** What is searched and said. */
interface Line {
  /** Of a param; null where the text says it all. */
  readonly name: string | null;
  readonly text: string;
  /** More words it is found by: the param's English name. */
  readonly words: string;
}

const lineOf = (text: string): Line => ({ name: null, text, words: text });

function named(name: string, value: string | number, english: string, t: Translate): Line {
  const text = t("canvas.find.param", { name, value: String(value) });
  return { name, text, words: name === english ? text : `${text} ${english}` };
}

/** A param as it is searched and said. Pictures and grids are no words. */
function paramLines(node: WorkflowNode, spec: NodeSpec | undefined, t: Translate): Line[] {
  return Object.entries(node.params).flatMap(([name, value]) => {
    if (typeof value !== "string" && typeof value !== "number") return [];
    const field = spec?.params.shape[name] as z.ZodType | undefined;
    const title = field ? paramMeta(field).title : name;
    return [named(spoken(title, t), value, title, t)];
  });
}

/** Round the first word found, short enough for one line. */
function excerpt({ name, text: line }: Line, words: readonly string[], t: Translate): string {
  const at = Math.max(0, Math.min(...words.map((word) => line.toLowerCase().indexOf(word)).filter((index) => index >= 0)));
  const start = at < 36 ? 0 : at - 16;
  const cut = line.slice(start, start + 60).replace(/\s+/g, " ").trim();
  const short = `${start > 0 ? "…" : ""}${cut}${start + 60 < line.length ? "…" : ""}`;
  return start > 0 && name !== null ? t("canvas.find.param", { name, value: short }) : short;
}

function hitOf(node: WorkflowNode, words: readonly string[], t: Translate): NodeHit | null {
  const spec = findSpec(node.type);
  const title = nodeTitle(node, t);
  const holds = (line: string) => {
    const low = line.toLowerCase();
    return words.filter((word) => low.includes(word)).length;
  };
  const params = paramLines(node, spec, t);
  const typeWords = spec ? spoken(spec.title, t) : node.type;
  const lines = [title, typeWords, spec?.title ?? "", node.type, node.id, ...params.map((line) => line.words)];
  const all = lines.join("\n").toLowerCase();
  if (!words.every((word) => all.includes(word))) return null;
  if (holds(title) === words.length) return { nodeId: node.id, title, place: null };
  const type = typeWords !== title ? typeWords : node.type;
  const places = [lineOf(type), ...params, named(t("canvas.find.id"), node.id, "Id", t)];
  const best = places.reduce((one, other) => (holds(other.words) > holds(one.words) ? other : one));
  return { nodeId: node.id, title, place: excerpt(best, words, t) };
}

/** Every hit in reading order, left to right, then downwards. All words must be there, in any order. Nothing typed finds nothing. */
export function findNodes(workflow: Workflow, query: string, t: Translate): NodeHit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return [...workflow.nodes]
    .sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y)
    .flatMap((node) => hitOf(node, words, t) ?? []);
}
