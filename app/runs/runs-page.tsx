"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ArtifactPicture } from "@/app/editor/node/artifact-picture";
import { describeError, useTRPC } from "@/app/trpc-client";
import { Button } from "@/app/ui/button";
import { RunWords } from "@/app/ui/run-words";
import { SiteHeader } from "@/app/ui/site-header";
import { TimeAgo } from "@/app/ui/time-ago";
import type { RunSummary } from "@/server/api/contract";
import { KeepButton } from "./keep-button";

const ended = (run: RunSummary) => run.status !== "queued" && run.status !== "running";

function RunRow({ run, onChanged }: { run: RunSummary; onChanged: () => Promise<unknown> }) {
  return (
    <li className="flex items-center pr-2 hover:bg-hover">
      <Link href={`/workflows/${run.workflowId}?run=${run.id}`} className="flex min-w-0 flex-1 items-center gap-4 py-2 pr-2 pl-3 outline-offset-[-3px]">
        <span className="flex size-12 shrink-0 items-center justify-center overflow-hidden rounded-md bg-field">{run.picture && <ArtifactPicture hash={run.picture} alt="" minor className="size-full object-cover" />}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{run.workflowName}</span>
          {run.message && <span className="block truncate text-muted">{run.message}</span>}
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
  const trpc = useTRPC();
  const list = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(
      { limit: 30 },
      {
        getNextPageParam: (page) => page.nextCursor,
        // Looked at again while something is going on.
        refetchInterval: (query) => (query.state.data?.pages.some((page) => page.runs.some((run) => !ended(run))) ? 2_000 : false),
      },
    ),
  );
  const runs = list.data?.pages.flatMap((page) => page.runs);
  return (
    <>
      <SiteHeader />
      <main className="mx-auto max-w-4xl px-6 py-8">
        <h1 className="mb-4 text-lg font-semibold">Runs</h1>
        {list.error && <p className="text-bad">{describeError(list.error)}</p>}
        {runs?.length === 0 && (
          <div className="rounded-xl border border-dashed border-line-strong p-6">
            <p className="font-medium">Nothing has been run yet</p>
            <p className="text-muted">
              Open{" "}
              <Link href="/" className="underline underline-offset-4">
                a workflow
              </Link>{" "}
              and press Run. Every run is kept here, with its pictures and steps.
            </p>
          </div>
        )}
        {runs && runs.length > 0 && (
          <ul aria-label="Runs" className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-panel">
            {runs.map((run) => (
              <RunRow key={run.id} run={run} onChanged={list.refetch} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <div className="mt-4 flex justify-center">
            <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show earlier runs
            </Button>
          </div>
        )}
      </main>
    </>
  );
}
