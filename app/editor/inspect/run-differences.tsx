"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { runDifferences } from "@/app/inspector/run-differences";
import type { InspectedRun } from "@/app/inspector/subject";
import { useEditor } from "../store/editor-context";

const quiet = (words: ReactNode) => <span className="text-muted">{words}</span>;

/** What changed between these runs: params first. */
export function RunDifferences({ other }: { other: InspectedRun }) {
  const t = useTranslations();
  const run = useEditor((state) => state.run);
  if (!run || run.id === other.id) return null;
  const differences = runDifferences(run, other, t);
  return (
    <details open className="max-h-[30%] shrink-0 overflow-y-auto">
      <summary className="cursor-default font-semibold">{t("inspect.compare.differs")}</summary>
      {differences.length === 0 ? (
        <p className="mt-1 text-muted">{t("inspect.compare.same")}</p>
      ) : (
        <table className="mt-1 w-full table-fixed text-left">
          <thead>
            <tr className="text-sm text-muted">
              <th className="w-1/3 py-0.5 font-normal">{t("inspect.compare.where")}</th>
              <th className="py-0.5 font-normal">A</th>
              <th className="py-0.5 font-normal">B</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ key, node, what, a, b }) => (
              <tr key={key} className="border-t border-line align-top">
                <td className="py-1 pr-3">
                  {what === null ? node : t.rich("inspect.compare.place", { node, what, quiet })}
                </td>
                <td className="number truncate py-1 pr-3 select-text" title={a}>
                  {a}
                </td>
                <td className="number truncate py-1 select-text" title={b}>
                  {b}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
