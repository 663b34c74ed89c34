"use client";

import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { setSweepMode } from "../graph/operations";
import { edit } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";

const modes = ["grid", "zip"] as const;

/** How several sweeps combine. With fewer than two there is nothing to choose. */
export function SweepModeChoice() {
  const t = useTranslations();
  const store = useEditorStore();
  const sweeps = useEditor((state) => state.graph.nodes.reduce((count, node) => count + Object.keys(node.sweeps ?? {}).length, 0));
  const mode = useEditor((state) => state.graph.sweepMode ?? "grid");
  if (sweeps < 2) return null;
  return (
    <section aria-label={t("params.sweeps.label")} className="flex flex-col gap-1.5">
      <h2 className="font-semibold">{t("params.sweeps.combined", { count: sweeps })}</h2>
      <div role="radiogroup" aria-label={t("params.sweeps.how")} className="flex gap-0.5 rounded-lg bg-field p-0.5">
        {modes.map((value) => (
          <button
            key={value}
            type="button"
            role="radio"
            aria-checked={mode === value}
            onClick={() => edit(store, (graph) => setSweepMode(graph, value))}
            className={classNames("h-7 flex-1 rounded-md px-2 whitespace-nowrap", mode === value ? "bg-raised font-medium ring-1 ring-line" : "text-muted hover:text-ink")}
          >
            {t(`params.sweeps.${value}`)}
          </button>
        ))}
      </div>
      <p className="text-sm text-muted">{t(`params.sweeps.${mode}Means`)}</p>
    </section>
  );
}
