/** Nodes of a workflow that hold what was typed: in their title, type, id or params. */
import type { NodeSpec } from "@/nodes/define-node";
import { paramMeta } from "@/nodes/param-form";
import { findSpec } from "@/nodes/specs";
import type { Workflow, WorkflowNode } from "@/nodes/workflow";
import type { z } from "zod";

export interface NodeHit {
  readonly nodeId: string;
  readonly title: string;
  /** Where it was found, when that is not its title: "Prompt: a photo of a dog". */
  readonly place: string | null;
}

/** A param as it is searched and said. Pictures and grids are no words. */
function paramLines(node: WorkflowNode, spec: NodeSpec | undefined): string[] {
  return Object.entries(node.params).flatMap(([name, value]) => {
    if (typeof value !== "string" && typeof value !== "number") return [];
    const field = spec?.params.shape[name] as z.ZodType | undefined;
    return [`${field ? paramMeta(field).title : name}: ${value}`];
  });
}

/** Round the first word found, short enough for one line. */
function excerpt(line: string, words: readonly string[]): string {
  const at = Math.max(0, Math.min(...words.map((word) => line.toLowerCase().indexOf(word)).filter((index) => index >= 0)));
  const [name] = line.split(": ", 1);
  const start = at < 36 ? 0 : at - 16;
  const cut = line.slice(start, start + 60).replace(/\s+/g, " ").trim();
  return `${start > 0 ? `${name}: …` : ""}${cut}${start + 60 < line.length ? "…" : ""}`;
}

function hitOf(node: WorkflowNode, words: readonly string[]): NodeHit | null {
  const spec = findSpec(node.type);
  const title = node.title ?? spec?.title ?? node.type;
  const holds = (line: string) => {
    const low = line.toLowerCase();
    return words.filter((word) => low.includes(word)).length;
  };
  const params = paramLines(node, spec);
  const lines = [title, spec?.title ?? "", node.type, node.id, ...params];
  const all = lines.join("\n").toLowerCase();
  if (!words.every((word) => all.includes(word))) return null;
  if (holds(title) === words.length) return { nodeId: node.id, title, place: null };
  const type = spec && spec.title !== title ? spec.title : node.type;
  const places = [type, ...params, `Id: ${node.id}`];
  const best = places.reduce((one, other) => (holds(other) > holds(one) ? other : one));
  return { nodeId: node.id, title, place: excerpt(best, words) };
}

/** Every hit in reading order, left to right, then downwards. All words must be there, in any order. Nothing typed finds nothing. */
export function findNodes(workflow: Workflow, query: string): NodeHit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return [...workflow.nodes]
    .sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y)
    .flatMap((node) => hitOf(node, words) ?? []);
}
