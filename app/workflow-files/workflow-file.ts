/** Reads a workflow from a file somebody gave: its JSON, or a picture that was made by it. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { isPng, workflowTextIn } from "@/nodes/png-workflow";
import { workflowProblems } from "@/nodes/problems";
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import { foreignWords, foreignWorkflow } from "./foreign-format";
import { issuesText, longestText, readJson } from "./json-text";
import { mendedEdges, sharedId } from "./mended-graph";

/** Bytes; a text of as many characters is at least as long. */
const largestJson = longestText;
/** As large as an upload may be. */
const largestPicture = 64_000_000;

export type Imported =
  | {
      ok: true;
      name: string;
      graph: Workflow;
      /** How many things keep it from running. */
      problems: number;
      /** Connections that led nowhere. */
      leftOut: number;
    }
  | { ok: false; message: string };

const refuse = (message: string): Imported => ({ ok: false, message });

const unreadable = { long: "files.tooLong", deep: "files.tooDeep", "no JSON": "files.noJson" } as const;

export function readWorkflowText(fileName: string, text: string): Imported {
  const t = currentTranslator();
  const read = readJson(text);
  if (!read.ok) return refuse(read.why === "broken" ? t("files.brokenAt", { ...read.at }) : t(unreadable[read.why]));
  const { json } = read;
  const record = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  if (record.format === "bifrost-nodes") return refuse(t("files.copiedNodes"));
  if (record.format !== "bifrost-workflow") {
    const foreign = foreignWorkflow(json);
    return refuse(foreign ? foreignWords(foreign, t) : t("files.otherFormat"));
  }
  if (typeof record.formatVersion === "number" && record.formatVersion > 1) return refuse(t("files.newer", { format: record.formatVersion }));
  const parsed = workflowSchema.safeParse(json);
  if (!parsed.success) return refuse(t("files.damaged", { issues: issuesText(parsed.error.issues, t) }));
  const shared = sharedId(parsed.data.nodes);
  if (shared !== null) return refuse(t("files.sharedId", { id: shared }));
  const { edges, leftOut } = mendedEdges(parsed.data);
  const graph = { ...parsed.data, edges };
  const name = fileName.replace(/\.(json|png)$/i, "").trim().slice(0, 120) || t("files.importedName");
  return { ok: true, name, graph, problems: workflowProblems(graph).length, leftOut };
}

/** The workflow of a picture that was made here; null for every other picture and for files that are none. */
export async function readPictureWorkflow(file: File): Promise<Imported | null> {
  if (file.size > largestPicture || !isPng(new Uint8Array(await file.slice(0, 8).arrayBuffer()))) return null;
  const text = workflowTextIn(new Uint8Array(await file.arrayBuffer()));
  return text === null ? null : readWorkflowText(file.name, text);
}

export async function readWorkflowFile(file: File): Promise<Imported> {
  if (file.type.startsWith("image/") || /\.png$/i.test(file.name)) {
    return (await readPictureWorkflow(file)) ?? refuse(currentTranslator()("files.emptyPicture"));
  }
  if (file.size > largestJson) return refuse(currentTranslator()(unreadable.long));
  return readWorkflowText(file.name, await file.text());
}
