/** Files dropped on the canvas: pictures become Load Image nodes, workflows and pictures made here open. */
import { currentTranslator } from "@/app/i18n/current-translator";
import type { Client } from "@/app/trpc-client";
import { describeError } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import { sayImported } from "@/app/workflow-files/import-words";
import { type Imported, readPictureWorkflow, readWorkflowFile } from "@/app/workflow-files/workflow-file";
import { uploadPicture } from "../params/upload-picture";
import { deleteNodes } from "../graph/operations";
import { addNode, edit, setParam } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";

type Point = { readonly x: number; readonly y: number };
type Taken = Extract<Imported, { ok: true }>;

/** A Load Image node for each picture, which appears at once and gets its picture when it has arrived; what is no picture leaves none behind. */
export function addPictures(store: EditorStore, files: readonly File[], at: Point): void {
  files.forEach((file, index) => {
    const id = addNode(store, "load-image", { x: at.x + index * 40, y: at.y + index * 40 });
    uploadPicture(file).then(
      ({ hash, name }) => setParam(store, id, "image", { hash, name }),
      (error: Error) => {
        edit(store, (graph) => deleteNodes(graph, new Set([id])));
        toast(currentTranslator()("canvas.files.notRead", { file: file.name }), { detail: error.message, tone: "bad" });
      },
    );
  });
}

const isPicture = (file: File) => file.type.startsWith("image/");
const isJson = (file: File) => file.type === "application/json" || /\.json$/i.test(file.name);

interface FileDrop {
  readonly files: readonly File[];
  readonly at: Point;
  /** Pictures made here are loaded, too, and do not open their workflow. */
  readonly asPictures: boolean;
}

/** `open` shows a stored workflow in this one's place. */
export async function takeFiles(store: EditorStore, client: Client, open: (id: string) => void, { files, at, asPictures }: FileDrop): Promise<void> {
  const t = currentTranslator();
  const pictures: File[] = [];
  const workflows: Taken[] = [];
  for (const file of files) {
    const read = isJson(file) ? await readWorkflowFile(file) : isPicture(file) && !asPictures ? await readPictureWorkflow(file) : null;
    if (read?.ok) workflows.push(read);
    else if (read) toast(t("canvas.files.notOpened", { file: file.name }), { detail: read.message, tone: "bad" });
    else if (isPicture(file)) pictures.push(file);
    else toast(t("canvas.files.neither", { file: file.name }), { tone: "bad" });
  }
  addPictures(store, pictures, at);
  await openWorkflows(client, open, workflows, files.some(isPicture) && workflows.length > 0);
}

async function openWorkflows(client: Client, open: (id: string) => void, workflows: readonly Taken[], pictured: boolean): Promise<void> {
  const t = currentTranslator();
  for (const workflow of workflows) {
    try {
      const { id } = await client.workflows.create.mutate({ name: workflow.name, graph: workflow.graph });
      sayImported(workflow);
      if (workflows.length > 1) continue;
      open(id);
      if (pictured) toast(t("canvas.files.opened", { name: workflow.name }), { detail: t("canvas.files.openedDetail") });
    } catch (error) {
      toast(t("canvas.files.workflowNotOpened", { name: workflow.name }), { detail: describeError(error), tone: "bad" });
    }
  }
  if (workflows.length > 1) toast(t("canvas.files.imported", { count: workflows.length }), { detail: t("canvas.files.importedDetail") });
}
