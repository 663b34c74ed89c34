"use client";

import type { AnchorHTMLAttributes } from "react";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import { save } from "@/app/inspector/downloads";
import { toast } from "@/app/ui/toast";
import { withFedParams } from "@/nodes/param-inputs";
import { withWorkflow } from "@/nodes/png-workflow";
import { framesOf } from "@/nodes/run-events";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Workflow } from "@/nodes/workflow";
import { pictureUrl } from "./node/artifact-picture";
import { useEditor, useEditorStore } from "./store/editor-context";
import type { ShownRun } from "./store/editor-store";

/** The workflow that a picture of the shown run was made by; null for pictures of other runs. */
export function workflowOf(run: Pick<ShownRun, "graph" | "state"> | null, hash: string): Workflow | null {
  const made = Object.values(run?.state.nodes ?? {}).some(
    (node) => (node.status === "done" && Object.values(node.outputs).some(({ picture }) => picture?.hash === hash)) || framesOf(node).some(({ preview }) => preview?.hash === hash),
  );
  return run && made ? run.graph : null;
}

/** What a Save Image of the shown run calls the picture; null where none saved it. */
export function savedName(run: Pick<ShownRun, "graph" | "state"> | null, hash: string): string | null {
  for (const [instance, node] of Object.entries(run?.state.nodes ?? {})) {
    if (node.status !== "done" || !Object.values(node.outputs).some(({ picture }) => picture?.hash === hash)) continue;
    const saver = withFedParams(run!.graph).find(({ id }) => id === nodeIdOf(instance));
    if (saver?.type === "save-image" && typeof saver.params.name === "string") return saver.params.name;
  }
  return null;
}

/** The stored file is named by its bytes and stays as it is: the workflow goes into the copy. */
async function download(hash: string, name: string, workflow: Workflow | null): Promise<void> {
  const answer = await fetch(pictureUrl(hash));
  if (!answer.ok) throw new Error(currentTranslator()("pictures.gone"));
  const png = new Uint8Array(await answer.arrayBuffer());
  save(new Blob([workflow ? withWorkflow(png, workflow) : png], { type: "image/png" }), name);
}

interface PictureLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "download" | "onClick"> {
  hash: string;
  /** Of the file, without its ending, where no Save Image gave it one. */
  name: string;
}

/** Downloads a picture with the workflow inside: dropped on a canvas or the start page, the file opens it again. */
export function PictureLink({ hash, name, children, ...rest }: PictureLinkProps) {
  const t = useTranslations();
  const store = useEditorStore();
  const file = useEditor((state) => `${savedName(state.run, hash) ?? name}.png`);
  return (
    <a
      {...rest}
      href={pictureUrl(hash)}
      download={file}
      onClick={(event) => {
        event.preventDefault();
        download(hash, file, workflowOf(store.getState().run, hash)).catch((error: Error) => toast(t("pictures.notDownloaded"), { detail: error.message, tone: "bad" }));
      }}
    >
      {children}
    </a>
  );
}
