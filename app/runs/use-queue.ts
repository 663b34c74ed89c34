"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import { describeError, useTRPC, useTRPCClient } from "@/app/trpc-client";
import { toast } from "@/app/ui/toast";
import type { QueueState } from "@/server/api/contract";

export interface QueueActions {
  pause(id: string): void;
  resume(id: string): void;
  cancel(id: string): void;
  cancelAll(which: "waiting" | "all"): void;
  pauseQueue(): void;
  resumeQueue(): void;
  /** Puts a run at `place` of those that wait, counted from 0. */
  move(id: string, place: number): void;
}

const isActive = (queue: QueueState | undefined) => queue !== undefined && (queue.running.length > 0 || queue.waitingCount > 0);

/** The queue, looked at often while something is going on. */
export function useQueue() {
  const trpc = useTRPC();
  const query = useQuery(trpc.runs.queue.queryOptions(undefined, { staleTime: 0, refetchInterval: ({ state }) => (isActive(state.data) ? 1_000 : 2_000) }));
  return { queue: query.data, error: query.error };
}

/** What can be done with it. Each says so when it fails. */
export function useQueueActions(): QueueActions {
  const t = useTranslations();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return useMemo(() => {
    const refresh = () =>
      Promise.all([trpc.runs.queue, trpc.runs.list, trpc.system.status].map((procedure) => queryClient.invalidateQueries({ queryKey: procedure.pathKey() })));
    const act = async (title: string, action: () => Promise<unknown>) => {
      try {
        await action();
      } catch (error) {
        toast(title, { detail: describeError(error), tone: "bad" });
      }
      await refresh();
    };
    const cancelAll = async (which: "waiting" | "all") => {
      const { cancelled } = await client.runs.cancelAll.mutate({ which });
      toast(t("runs.said.cancelled", { count: cancelled }));
    };
    const move = async (id: string, place: number) => {
      const key = trpc.runs.queue.queryKey();
      await queryClient.cancelQueries({ queryKey: key });
      const queue = queryClient.getQueryData(key);
      const run = queue?.waiting.find((candidate) => candidate.id === id);
      if (!queue || !run) return;
      const others = queue.waiting.filter((candidate) => candidate !== run);
      // Shown at once; the answer corrects it.
      queryClient.setQueryData(key, { ...queue, waiting: [...others.slice(0, place), run, ...others.slice(place)] });
      const before = others[place]?.id ?? null;
      await act(t("runs.said.notMoved"), () => (place === 0 ? client.runs.runNext.mutate({ id }) : client.runs.reorder.mutate({ id, before })));
    };
    return {
      pause: (id) => void act(t("runs.said.notPaused"), () => client.runs.pause.mutate({ id })),
      resume: (id) => void act(t("runs.said.notResumed"), () => client.runs.resume.mutate({ id })),
      cancel: (id) => void act(t("runs.said.notCancelled"), () => client.runs.cancel.mutate({ id })),
      cancelAll: (which) => void act(t("runs.said.noneCancelled"), () => cancelAll(which)),
      pauseQueue: () => void act(t("runs.said.queueNotPaused"), () => client.runs.pauseQueue.mutate()),
      resumeQueue: () => void act(t("runs.said.queueNotResumed"), () => client.runs.resumeQueue.mutate()),
      move: (id, place) => void move(id, place),
    };
  }, [t, trpc, client, queryClient]);
}
