"use client";

import { NodeResizer } from "@xyflow/react";
import { memo, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { leastSize, noteOf } from "../graph/annotations";
import { endWriting, writeNote } from "../store/annotation-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import { useFocusAtFirst } from "./focus-at-first";
import { NoteMarkdown } from "./note-markdown";

/** Kept letter by letter, so that it is saved and others' changes are joined with it; as it was on Escape. */
function Writing({ noteKey, text }: { noteKey: string; text: string }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [before] = useState(text);
  return (
    <textarea
      ref={useFocusAtFirst<HTMLTextAreaElement>()}
      aria-label={t("canvas.note.text")}
      placeholder={t("canvas.note.placeholder")}
      value={text}
      maxLength={20_000}
      onChange={(event) => writeNote(store, noteKey, event.target.value)}
      onBlur={() => endWriting(store, noteKey, null)}
      onKeyDown={(event) => {
        const done = event.key === "Enter" && (event.metaKey || event.ctrlKey);
        if (done || event.key === "Escape") {
          event.stopPropagation();
          event.preventDefault();
          endWriting(store, noteKey, done ? null : before);
        }
      }}
      className="nodrag nowheel size-full resize-none rounded-lg bg-transparent px-3 py-2 outline-none"
    />
  );
}

export const NoteNode = memo(function NoteNode({ noteKey, selected }: { noteKey: string; selected: boolean }) {
  const t = useTranslations();
  const text = useEditor((state) => noteOf(state.graph, noteKey)?.text);
  const writing = useEditor((state) => state.writing === noteKey);
  if (text === undefined) return null;
  return (
    <section
      data-annotation={noteKey}
      aria-label={t("canvas.names.note")}
      className={classNames("size-full rounded-lg border bg-panel shadow-card", selected ? "border-accent ring-1 ring-accent" : "border-line")}
    >
      <NodeResizer isVisible={selected && !writing} minWidth={leastSize.note.width} minHeight={leastSize.note.height} />
      {writing ? (
        <Writing noteKey={noteKey} text={text} />
      ) : (
        <div className={classNames("size-full overflow-auto px-3 py-2 wrap-anywhere", selected && "nowheel")}>
          {text.trim() === "" ? <p className="text-faint">{t("canvas.note.empty")}</p> : <NoteMarkdown text={text} />}
        </div>
      )}
    </section>
  );
});
