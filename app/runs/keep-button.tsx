"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pin } from "lucide-react";
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
  const trpc = useTRPC();
  const queries = useQueryClient();
  const pin = useMutation(
    trpc.runs.pin.mutationOptions({
      onSuccess: () => Promise.all([onChanged(), queries.invalidateQueries(trpc.system.storage.queryFilter())]),
      onError: (error) => toast("The run could not be changed", { detail: describeError(error), tone: "bad" }),
    }),
  );
  const pinned = pin.isPending ? pin.variables.pinned : run.pinned;
  return (
    <IconButton
      label="Keep results"
      hint={pinned ? "Results are kept. Press to let them make room when the store is full." : "Keep results when the store makes room"}
      icon={<Pin size={14} fill={pinned ? "currentColor" : "none"} />}
      aria-pressed={pinned}
      className="text-faint"
      onClick={() => pin.mutate({ id: run.id, pinned: !pinned })}
    />
  );
}
