"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Pause, Play, Square, StepForward } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { RunWords } from "@/app/ui/run-words";
import { Elapsed } from "../node/elapsed";
import { problemIndex } from "../graph/problem-lookup";
import { useKeysOf } from "../shortcuts/commands-context";
import { useEditor, useSession } from "../store/editor-context";
import { isActive } from "../store/run-actions";

/** How many runs wait is asked for now and then: one that just ended must not be counted until the next time. */
function useFreshQueue(): void {
  const queryClient = useQueryClient();
  const trpc = useTRPC();
  const id = useEditor((state) => state.run?.id);
  const active = useEditor((state) => isActive(state.run));
  useEffect(() => {
    if (id !== undefined && !active) void queryClient.invalidateQueries(trpc.system.status.queryFilter());
  }, [id, active, queryClient, trpc]);
}

/** How the shown run stands, and the one thing to do next. */
export function RunControls() {
  const t = useTranslations();
  const session = useSession();
  const run = useEditor((state) => state.run);
  const starting = useEditor((state) => state.starting);
  const cells = useEditor((state) => problemIndex(state.graph).cells);
  const active = isActive(run);
  const keys = useKeysOf("run");
  useFreshQueue();
  return (
    <>
      <span role="status" aria-label={t("bar.run.label")} className="flex items-center gap-1.5 whitespace-nowrap empty:hidden max-sm:hidden">
        {run && <RunWords status={run.state.status} seconds={run.state.seconds} />}
        {run && active && run.state.status !== "paused" && (
          <span className="text-muted">
            <Elapsed key={run.id} since={run.startedAt} />
          </span>
        )}
      </span>
      {run?.state.status === "running" && (
        <Button icon={<Pause size={13} fill="currentColor" aria-hidden />} onClick={() => void session.pauseRun()}>
          {t("bar.run.pause")}
        </Button>
      )}
      {run?.state.status === "paused" && (
        <Button icon={<StepForward size={13} fill="currentColor" aria-hidden />} onClick={() => void session.resumeRun()}>
          {t("bar.run.resume")}
        </Button>
      )}
      {active && (
        <Button icon={<Square size={12} fill="currentColor" aria-hidden />} onClick={() => void session.cancelRun()}>
          {t("bar.run.cancel")}
        </Button>
      )}
      <Button tone={active ? "plain" : "primary"} {...(keys && { keys })} icon={<Play size={13} fill="currentColor" aria-hidden />} disabled={starting} aria-busy={starting} onClick={() => void session.startRun()}>
        {cells > 1 ? t("bar.run.startCells", { count: cells }) : t("bar.run.start")}
      </Button>
    </>
  );
}
