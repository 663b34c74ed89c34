"use client";

import { useTranslations } from "use-intl";
import { findSpec } from "@/nodes/specs";
import { useEditor } from "../store/editor-context";
import { nodeStateOf } from "../store/run-actions";

/** Whether cards of this type show words they computed. A prompt's words are in its own field. */
export function isWorded(type: string): boolean {
  const spec = findSpec(type);
  return spec !== undefined && Object.keys(spec.inputs).length > 0 && Object.values(spec.outputs).some((port) => port.type === "text");
}

/** The words a node gave, with their place kept before. */
export function NodeText({ nodeId }: { nodeId: string }) {
  const t = useTranslations();
  const node = useEditor((state) => nodeStateOf(state, nodeId));
  const words = node?.status === "done" ? Object.values(node.outputs).find((output) => output.type === "text")?.facts.text : undefined;
  const waiting = t(node?.status === "running" ? "cards.text.reading" : "cards.text.none");
  return (
    // The card's width comes from its rows; a long answer wraps inside it.
    <div className="px-3 pb-3 contain-[inline-size]">
      <p className="flex max-h-40 min-h-16 items-center overflow-auto rounded-md bg-field px-2.5 py-2 wrap-anywhere ring-1 ring-line ring-inset select-text">
        {typeof words === "string" && words !== "" ? words : <span className="w-full text-center text-sm text-faint">{words === "" ? t("cards.text.empty") : waiting}</span>}
      </p>
    </div>
  );
}
