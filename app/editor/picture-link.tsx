"use client";

import type { AnchorHTMLAttributes } from "react";
import { useTranslations } from "use-intl";
import { currentTranslator } from "@/app/i18n/current-translator";
import { save } from "@/app/inspector/downloads";
import { toast } from "@/app/ui/toast";
import { withWorkflow } from "@/nodes/png-workflow";
import type { Workflow } from "@/nodes/workflow";
import { pictureUrl } from "./node/artifact-picture";
import { useEditorStore } from "./store/editor-context";
import type { ShownRun } from "./store/editor-store";

/** The workflow that a picture of the shown run was made by; null for pictures of other runs. */
export function workflowOf(run: Pick<ShownRun, "graph" | "state"> | null, hash: string): Workflow | null {
  const made = Object.values(run?.state.nodes ?? {}).some(
    (node) => (node.status === "done" && Object.values(node.outputs).some(({ picture }) => picture?.hash === hash)) || ("frames" in node && node.frames.some(({ preview }) => preview?.hash === hash)),
  );
  return run && made ? run.graph : null;
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
  /** Of the file. */
  name: string;
}

/** Downloads a picture with the workflow inside: dropped on a canvas or the start page, the file opens it again. */
export function PictureLink({ hash, name, children, ...rest }: PictureLinkProps) {
  const t = useTranslations();
  const store = useEditorStore();
  return (
    <a
      {...rest}
      href={pictureUrl(hash)}
      download={name}
      onClick={(event) => {
        event.preventDefault();
        download(hash, name, workflowOf(store.getState().run, hash)).catch((error: Error) => toast(t("pictures.notDownloaded"), { detail: error.message, tone: "bad" }));
      }}
    >
      {children}
    </a>
  );
}
