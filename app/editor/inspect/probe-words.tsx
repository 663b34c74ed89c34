"use client";

import { LoaderCircle } from "lucide-react";
import { useTranslations } from "use-intl";
import type { Probing } from "./use-probe";

/** What stands in the place of a probe's result until it is there, or says why it never will be. */
export function ProbeWords({ probing: { problem, busy, waits } }: { probing: Probing }) {
  const t = useTranslations();
  if (problem !== null) return <p className="rounded-md bg-field p-4 text-muted">{problem}</p>;
  return (
    <p className="flex aspect-square max-h-80 w-full items-center justify-center gap-2 rounded-md bg-field px-4 text-center text-muted" aria-busy={busy}>
      {busy && <LoaderCircle size={14} className="shrink-0 motion-safe:animate-spin" aria-hidden />}
      {waits ?? t("inspect.probe.computing")}
    </p>
  );
}

/** Below a result that is of another step than the one looked at. Its place is kept. */
export function EarlierWords({ probing: { earlier, waits } }: { probing: Probing }) {
  const t = useTranslations();
  const words = !earlier ? undefined : waits === null ? t("inspect.probe.earlier") : t("inspect.probe.earlierWaits", { waits });
  return <p className="h-5 truncate text-sm text-muted" title={words}>{words}</p>;
}
