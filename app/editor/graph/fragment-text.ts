/** Copied nodes as text on the system clipboard, and back. */
import { z } from "zod";
import { currentTranslator } from "@/app/i18n/current-translator";
import { canvasFramesSchema, canvasNotesSchema, workflowEdgeSchema, workflowNodesSchema, workflowSchema } from "@/nodes/workflow";
import { foreignWords, foreignWorkflow } from "@/app/workflow-files/foreign-format";
import { issuesText, readJson } from "@/app/workflow-files/json-text";
import { mendedEdges, sharedId } from "@/app/workflow-files/mended-graph";
import type { Fragment } from "./operations";

const holdsAnything = ({ nodes, frames = [], notes = [] }: Pick<Fragment, "nodes" | "frames" | "notes">) => nodes.length + frames.length + notes.length > 0;

const fragmentSchema = z.strictObject({
  format: z.literal("bifrost-nodes"),
  formatVersion: z.literal(1),
  nodes: workflowNodesSchema,
  edges: z.array(workflowEdgeSchema).max(20000),
  frames: canvasFramesSchema,
  notes: canvasNotesSchema,
  outside: z.array(workflowEdgeSchema).max(20000).optional(),
  workflowId: z.string().max(64).optional(),
}).refine(holdsAnything, { path: ["nodes"], error: "There are none." });

export function fragmentText({ nodes, edges, frames, notes, outside, workflowId }: Fragment): string {
  return JSON.stringify({ format: "bifrost-nodes", formatVersion: 1, nodes, edges, frames, notes, ...(outside && { outside, workflowId }) }, null, 2);
}

export type ReadFragment = { ok: true; fragment: Fragment } | { ok: false; message: string };

const refuse = (message: string): ReadFragment => ({ ok: false, message });

const unreadable = { long: "files.clipboard.tooLong", deep: "files.clipboard.tooDeep", "no JSON": "files.clipboard.noJson", broken: "files.clipboard.broken" } as const;

function readNodes({ nodes, edges, frames, notes, outside, workflowId }: Fragment): ReadFragment {
  const shared = sharedId(nodes);
  return shared === null ? { ok: true, fragment: { nodes, edges: mendedEdges({ nodes, edges }).edges, ...(frames && { frames }), ...(notes && { notes }), ...(outside && { outside, workflowId }) } } : refuse(currentTranslator()("files.sharedId", { id: shared }));
}

/** Nodes from clipboard text. A whole workflow file is taken too: its nodes are pasted. Edges without both ends are left out. */
export function readFragment(text: string): ReadFragment {
  const t = currentTranslator();
  if (text.trim() === "") return refuse(t("files.clipboard.empty"));
  const read = readJson(text);
  if (!read.ok) return refuse(t(unreadable[read.why]));
  const { json } = read;
  const fragment = fragmentSchema.safeParse(json);
  if (fragment.success) return readNodes(fragment.data);
  const { format, formatVersion } = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  if (format !== "bifrost-nodes" && format !== "bifrost-workflow") {
    const foreign = foreignWorkflow(json);
    return refuse(foreign ? foreignWords(foreign, t) : t("files.clipboard.otherFormat"));
  }
  if (typeof formatVersion === "number" && formatVersion > 1) return refuse(t("files.clipboard.newer"));
  if (format === "bifrost-nodes") return refuse(t("files.clipboard.damagedNodes", { issues: issuesText(fragment.error.issues, t) }));
  const workflow = workflowSchema.safeParse(json);
  if (!workflow.success) return refuse(t("files.clipboard.damagedWorkflow", { issues: issuesText(workflow.error.issues, t) }));
  return holdsAnything(workflow.data) ? readNodes(workflow.data) : refuse(t("files.clipboard.noNodes"));
}
