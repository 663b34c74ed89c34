/** Copied nodes as text on the system clipboard, and back. */
import { z } from "zod";
import { canvasFramesSchema, canvasNotesSchema, workflowEdgeSchema, workflowNodeSchema, workflowSchema } from "@/nodes/workflow";
import type { Fragment } from "./operations";

const holdsAnything = ({ nodes, frames = [], notes = [] }: Pick<Fragment, "nodes" | "frames" | "notes">) => nodes.length + frames.length + notes.length > 0;

const fragmentSchema = z.strictObject({
  format: z.literal("bifrost-nodes"),
  formatVersion: z.literal(1),
  nodes: z.array(workflowNodeSchema).max(5000),
  edges: z.array(workflowEdgeSchema).max(20000),
  frames: canvasFramesSchema,
  notes: canvasNotesSchema,
}).refine(holdsAnything, "There are no nodes in it.");

export function fragmentText({ nodes, edges, frames, notes }: Fragment): string {
  return JSON.stringify({ format: "bifrost-nodes", formatVersion: 1, nodes, edges, frames, notes }, null, 2);
}

export type ReadFragment = { ok: true; fragment: Fragment } | { ok: false; message: string };

const refuse = (message: string): ReadFragment => ({ ok: false, message });

/** Nodes from clipboard text. A whole workflow file is taken too: its nodes are pasted. */
export function readFragment(text: string): ReadFragment {
  if (text.trim() === "") return refuse("The clipboard holds no text. Copy some nodes first.");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("The clipboard holds text, but no nodes. Copy nodes in an editor, or the content of a workflow file.");
  }
  const fragment = fragmentSchema.safeParse(json);
  if (fragment.success) return { ok: true, fragment: fragment.data };
  const workflow = workflowSchema.safeParse(json);
  if (workflow.success && holdsAnything(workflow.data)) return { ok: true, fragment: workflow.data };
  const format = typeof json === "object" && json !== null && "format" in json ? json.format : undefined;
  if (format !== "bifrost-nodes") return refuse("The clipboard holds JSON, but neither nodes nor a workflow of Bifrost Studio.");
  const issue = fragment.error.issues[0];
  return refuse(`The copied nodes are damaged${issue ? `: ${issue.path.join(" › ")}: ${issue.message}` : "."}`);
}
