"use client";

import { useTranslations } from "use-intl";
import { TitleField } from "../annotations/title-field";
import { useEditor } from "../store/editor-context";

/** The title on a card, or the field in which it is written. */
export function CardTitle({ nodeId, title }: { nodeId: string; title: string }) {
  const t = useTranslations();
  const writing = useEditor((state) => state.writing === nodeId);
  if (writing) return <TitleField writing={nodeId} label={t("panels.params.name")} title={title} className="-ml-1.5 w-44" />;
  return (
    // Types' own names are shown whole; one that somebody typed may be long.
    <h3 data-card-title className="max-w-64 shrink-0 truncate font-semibold" title={title}>
      {title}
    </h3>
  );
}
