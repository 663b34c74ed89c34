"use client";

import { useTranslations } from "use-intl";
import { EditableName } from "@/app/ui/editable-name";
import { renameWorkflow } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

export function WorkflowName() {
  const t = useTranslations();
  const store = useEditorStore();
  const name = useEditor((state) => state.name);
  return (
    <EditableName
      label={t("bar.name")}
      value={name}
      maxLength={120}
      onRename={(next) => renameWorkflow(store, next)}
      className="h-7 max-w-72 min-w-16 px-1.5 font-medium text-ellipsis field-sizing-content"
    />
  );
}
