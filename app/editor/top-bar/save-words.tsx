"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { timeAgo } from "@/app/ui/time-ago";
import { Tooltip } from "@/app/ui/tooltip";
import { setAsking } from "../store/workflow-saving";
import { useEditor, useEditorStore, useSession } from "../store/editor-context";

const linkClass = "rounded-sm underline underline-offset-4 hover:text-ink";

/** Whether the work is safe, in words. */
export function SaveWords() {
  const t = useTranslations();
  const session = useSession();
  const store = useEditorStore();
  const save = useEditor((state) => state.save);
  switch (save.kind) {
    case "saved":
      return (
        <span className="number truncate text-faint">
          {t.rich(save.elsewhere ? "saving.elsewhere" : "saving.saved", { version: String(save.version), ago: timeAgo(save.at) })}
        </span>
      );
    case "waiting":
    case "saving":
      return <span className="truncate text-faint">{t("saving.saving")}</span>;
    case "offline":
      return (
        <Tooltip label={t(save.kept ? "saving.offlineDetail" : "saving.offlineInTabDetail")}>
          <span className={classNames("truncate", save.kept ? "text-warn" : "text-bad")}>{t(save.kept ? "saving.offline" : "saving.offlineInTab")}</span>
        </Tooltip>
      );
    case "conflict":
      return (
        <span className="flex min-w-0 items-center gap-1.5 text-warn">
          <span className="truncate">{t("saving.conflict")}</span>
          <button type="button" onClick={() => setAsking(store, true)} className={linkClass}>
            {t("saving.choose")}
          </button>
        </span>
      );
    case "failed":
      return (
        <span className="flex min-w-0 items-center gap-1.5 text-bad">
          <span className="truncate" title={save.message}>
            {t("saving.failed", { message: save.message })}
          </span>
          <button type="button" onClick={() => session.saving.autosave.retry()} className={linkClass}>
            {t("saving.retry")}
          </button>
        </span>
      );
  }
}
