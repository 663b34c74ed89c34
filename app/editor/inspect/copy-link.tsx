"use client";

import { Link2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { writeInspectorLink } from "@/app/inspector/inspector-link";
import { wholePicture } from "@/app/inspector/zoom-surface";
import { IconButton } from "@/app/ui/icon-button";
import { toast } from "@/app/ui/toast";
import { useEditorStore } from "../store/editor-context";
import type { Inspected } from "./use-inspected";

/** Puts an address on the clipboard that opens this run, node, step and view. */
export function CopyLink({ inspected }: { inspected: Inspected }) {
  const t = useTranslations();
  const store = useEditorStore();
  const copy = async () => {
    const { inspection, workflowId, cell, zoom } = store.getState();
    const { subject, of, choice } = inspected;
    const { other, ...rest } = inspection;
    const query = writeInspectorLink({
      runId: subject.runId,
      nodeId: subject.nodeId,
      // What is followed now may be another step when the link is opened.
      step: subject.frame?.step ?? null,
      cell,
      inspection: { ...rest, port: subject.port, tensor: of.name, view: choice.id },
      // In the panel there is none.
      zoom: inspection.large ? zoom : wholePicture,
      other: other && { runId: other.run?.id ?? null, nodeId: other.nodeId, port: other.port, tensor: other.tensor, cell: other.cell, step: other.step },
    });
    const address = `${window.location.origin}/workflows/${workflowId}?${query}`;
    try {
      await navigator.clipboard.writeText(address);
      toast(t("inspect.link.copied"));
    } catch {
      toast(t("inspect.link.noCopying"), { detail: address, tone: "bad" });
    }
  };
  return <IconButton label={t("inspect.link.copy")} icon={<Link2 size={15} />} onClick={() => void copy()} />;
}
