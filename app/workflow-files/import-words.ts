/** What is said about a workflow that was taken from a file. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { inTurn } from "@/app/ui/quantity";
import { toast } from "@/app/ui/toast";
import type { Imported } from "./workflow-file";

/** Nothing when there is nothing to say. */
export function sayImported({ name, problems, leftOut }: Extract<Imported, { ok: true }>): void {
  const t = currentTranslator();
  const detail = inTurn([leftOut > 0 && t("files.leftOut", { count: leftOut }), problems > 0 && t("files.problemsMarked")], t);
  if (detail === "") return;
  toast(problems === 0 ? t("files.mended", { name }) : t("files.hasProblems", { name, count: problems }), { detail });
}
