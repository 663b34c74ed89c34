"use client";

import { useState } from "react";
import { renameWorkflow } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

/** The name, edited where it stands. */
export function WorkflowName() {
  const store = useEditorStore();
  const name = useEditor((state) => state.name);
  const [draft, setDraft] = useState<string | null>(null);
  const keep = () => {
    if (draft !== null) renameWorkflow(store, draft);
    setDraft(null);
  };
  return (
    <input
      aria-label="Name of the workflow"
      value={draft ?? name}
      maxLength={120}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") {
          setDraft(null);
          event.stopPropagation();
        }
      }}
      className="field h-7 max-w-72 min-w-16 border-transparent bg-transparent px-1.5 font-medium text-ellipsis field-sizing-content"
    />
  );
}
