"use client";

import { LoaderCircle } from "lucide-react";
import type { Probing } from "./use-probe";

/** What stands in the place of a probe's result until it is there, or says why it never will be. */
export function ProbeWords({ probing: { problem, busy } }: { probing: Probing }) {
  if (problem !== null) return <p className="rounded-md bg-field p-4 text-muted">{problem}</p>;
  return (
    <p className="flex aspect-square w-full items-center justify-center gap-2 rounded-md bg-field text-muted" aria-busy={busy}>
      <LoaderCircle size={14} className="motion-safe:animate-spin" aria-hidden />
      Computing this step once more
    </p>
  );
}
