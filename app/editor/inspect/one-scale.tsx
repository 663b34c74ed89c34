"use client";

import { useTranslations } from "use-intl";
import { useEditor, useEditorStore } from "../store/editor-context";
import { setViewOptions } from "../store/inspect-actions";

/** Whether colours mean the same at every step, or each step uses all of them. */
export function OneScale() {
  const t = useTranslations();
  const store = useEditorStore();
  const chosen = useEditor((state) => state.inspection.options.oneScale);
  return (
    <label className="flex items-center gap-1.5 text-muted">
      <input type="checkbox" checked={chosen} onChange={(event) => setViewOptions(store, { oneScale: event.target.checked })} />
      {t("inspect.option.oneScale")}
    </label>
  );
}
