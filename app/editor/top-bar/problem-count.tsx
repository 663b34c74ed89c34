"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/app/ui/button";
import { showProblems } from "../panels/show-problems";
import { useProblems } from "../panels/use-problems";
import { useSheets } from "../panels/window-size";
import { useEditorStore } from "../store/editor-context";

/** How many problems stand before Run; a click lists them. */
export function ProblemCount() {
  const t = useTranslations();
  const store = useEditorStore();
  const sheets = useSheets();
  const count = useProblems().blocking.length;
  if (count === 0) return null;
  return (
    <Button tone="quiet" icon={<TriangleAlert size={14} className="text-warn" aria-hidden />} onClick={() => showProblems(store, sheets)} className="number -mx-1 px-2">
      {t("panels.problems.count", { count })}
    </Button>
  );
}
