"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { ArtifactPicture } from "@/app/editor/node/artifact-picture";
import { runMessage } from "@/app/i18n/vocabulary";
import { describeError, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { RunWords } from "@/app/ui/run-words";
import { SiteHeader } from "@/app/ui/site-header";
import { TimeAgo } from "@/app/ui/time-ago";
import type { RunSummary } from "@/server/api/contract";
import { KeepButton } from "./keep-button";
import { QueueSection } from "./queue-section";
import { useQueue, useQueueActions } from "./use-queue";

function RunRow({ run, onChanged }: { run: RunSummary; onChanged: () => Promise<unknown> }) {
  const message = runMessage(run, useTranslations());
  return (
    <li className="flex items-center pr-2 hover:bg-hover">
      <Link href={`/workflows/${run.workflowId}?run=${run.id}`} className="flex min-w-0 flex-1 items-center gap-4 py-2 pr-2 pl-3 outline-offset-[-3px]">
        <span className="flex size-12 shrink-0 items-center justify-center overflow-hidden rounded-md bg-field">{run.picture && <ArtifactPicture hash={run.picture} alt="" minor className="size-full object-cover" />}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{run.workflowName}</span>
          {message !== null && <span className="block truncate text-muted">{message}</span>}
        </span>
        <RunWords status={run.status} seconds={run.seconds} />
        <span className="w-24 text-right text-faint max-sm:hidden">
          <TimeAgo at={run.createdAt} />
        </span>
      </Link>
      <KeepButton run={run} onChanged={onChanged} />
    </li>
  );
}

export function RunsPage() {
  const t = useTranslations();
  const trpc = useTRPC();
  const { queue, error } = useQueue();
  const actions = useQueueActions();
  const list = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(
      { limit: 30, ended: true },
      {
        getNextPageParam: (page) => page.nextCursor,
      },
    ),
  );
  // A run that leaves the queue comes into the history, also the last one.
  const unended = queue && [...queue.running, ...queue.waiting, ...queue.pausedRuns].map(({ id }) => id).join();
  const { refetch } = list;
  useEffect(() => {
    if (unended !== undefined) void refetch();
  }, [unended, refetch]);
  const runs = list.data?.pages.flatMap((page) => page.runs);
  return (
    <>
      <SiteHeader />
      <main className="mx-auto max-w-4xl px-6 py-8">
        {error && !queue && <p className="mb-6 text-bad">{describeError(error)}</p>}
        {queue && <QueueSection queue={queue} actions={actions} />}
        <h2 className="mb-3 text-lg font-semibold">{t("runs.history.title")}</h2>
        {list.error && <p className="text-bad">{describeError(list.error)}</p>}
        {runs?.length === 0 && <p className="text-muted">{t("runs.history.none")}</p>}
        {runs && runs.length > 0 && (
          <ul aria-label={t("runs.history.label")} className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
            {runs.map((run) => (
              <RunRow key={run.id} run={run} onChanged={list.refetch} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <div className="mt-4 flex justify-center">
            <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("runs.history.earlier")}
            </Button>
          </div>
        )}
      </main>
    </>
  );
}
