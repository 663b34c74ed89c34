"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pin } from "lucide-react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC } from "@/app/trpc-client";
import { IconButton } from "@/app/ui/icon-button";
import { toast } from "@/app/ui/toast";
import type { RunSummary } from "@/server/api/contract";

interface KeepButtonProps {
  run: Pick<RunSummary, "id" | "pinned">;
  /** Reads again what shows the run; the button shows the new state meanwhile. */
  onChanged: () => Promise<unknown>;
}

/** Whether a run's results stay when the store makes room. */
export function KeepButton({ run, onChanged }: KeepButtonProps) {
  const t = useTranslations();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const pin = useMutation(
    trpc.runs.pin.mutationOptions({
      onSuccess: () => Promise.all([onChanged(), queries.invalidateQueries(trpc.system.storage.queryFilter())]),
      onError: (error) => toast(t("runs.keep.failed"), { detail: describeError(error), tone: "bad" }),
    }),
  );
  const pinned = pin.isPending ? pin.variables.pinned : run.pinned;
  return (
    <IconButton
      label={t("runs.keep.label")}
      hint={t(pinned ? "runs.keep.kept" : "runs.keep.notKept")}
      icon={<Pin size={14} fill={pinned ? "currentColor" : "none"} />}
      aria-pressed={pinned}
      className="text-faint"
      onClick={() => pin.mutate({ id: run.id, pinned: !pinned })}
    />
  );
}
