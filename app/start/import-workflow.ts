/** Reads a workflow from a file somebody gave. */
import { workflowProblems } from "@/nodes/problems";
import { type Workflow, workflowSchema } from "@/nodes/workflow";

const largest = 20_000_000;

export type Imported = { ok: true; name: string; graph: Workflow; problems: number } | { ok: false; message: string };

const refuse = (message: string): Imported => ({ ok: false, message });

/** `nodes › 3 › params: what is wrong`, for the first few things that are. */
function issuesText(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const said = issues.slice(0, 3).map(({ path, message }) => (path.length > 0 ? `${path.join(" › ")}: ${message}` : message));
  const more = issues.length - said.length;
  return said.join(" ") + (more > 0 ? ` And ${more} more.` : "");
}

export function readWorkflowText(fileName: string, text: string): Imported {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("This file holds no JSON. Choose a workflow that was exported from Bifrost Studio.");
  }
  const record = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  if (record.format !== "bifrost-workflow") return refuse("This JSON is no workflow of Bifrost Studio: its “format” is not “bifrost-workflow”.");
  if (typeof record.formatVersion === "number" && record.formatVersion > 1) {
    return refuse(`This workflow was saved by a newer version of Bifrost Studio (format ${record.formatVersion}; this one reads 1).`);
  }
  const parsed = workflowSchema.safeParse(json);
  if (!parsed.success) return refuse(`This workflow file is damaged. ${issuesText(parsed.error.issues)}`);
  const name = fileName.replace(/\.json$/i, "").trim().slice(0, 120) || "Imported workflow";
  return { ok: true, name, graph: parsed.data, problems: workflowProblems(parsed.data).length };
}

export async function readWorkflowFile(file: File): Promise<Imported> {
  if (file.size > largest) return refuse("This file is larger than 20 MB; no workflow is.");
  return readWorkflowText(file.name, await file.text());
}
