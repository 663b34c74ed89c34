/** What is said about a workflow that was taken from a file. */
import { toast } from "@/app/ui/toast";
import type { Imported } from "./workflow-file";
import { leftOutWords } from "./mended-graph";

/** Nothing when there is nothing to say. */
export function sayImported({ name, problems, leftOut }: Extract<Imported, { ok: true }>): void {
  const marked = problems === 0 ? "" : "Its problems are marked on its nodes, with what to do.";
  const detail = [leftOutWords(leftOut), marked].filter(Boolean).join(" ");
  if (detail === "") return;
  toast(problems === 0 ? `“${name}” was mended` : `“${name}” has ${problems} ${problems === 1 ? "problem" : "problems"}`, { detail });
}
