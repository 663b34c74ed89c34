/** What is said about a workflow that was taken from a file. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { toast } from "@/app/ui/toast";
import type { Imported } from "./workflow-file";

/** Nothing when there is nothing to say. */
export function sayImported({ name, problems, leftOut }: Extract<Imported, { ok: true }>): void {
  const t = currentTranslator();
  const detail = [leftOut > 0 && t("files.leftOut", { count: leftOut }), problems > 0 && t("files.problemsMarked")].filter(Boolean).join(" ");
  if (detail === "") return;
  toast(problems === 0 ? t("files.mended", { name }) : t("files.hasProblems", { name, count: problems }), { detail });
}
