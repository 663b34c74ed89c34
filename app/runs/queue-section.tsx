"use client";

import { Pause, Play } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslations } from "use-intl";
import type { Translate } from "@/app/i18n/translate";
import { Button } from "@/app/ui/button";
import { factsOf } from "@/app/ui/quantity";
import type { QueueState } from "@/server/api/contract";
import { CancelDialog } from "./cancel-dialog";
import { QueueRow } from "./queue-row";
import type { QueueActions } from "./use-queue";
import { useRowDrag } from "./use-row-drag";

const toWorkflows = (words: ReactNode) => (
  <Link href="/" className="underline underline-offset-4">
    {words}
  </Link>
);

function words({ running, waitingCount, pausedRuns }: QueueState, t: Translate): string {
  const parts = [
    running.length > 0 && t("runs.queue.running", { count: running.length }),
    waitingCount > 0 && t("runs.queue.waiting", { count: waitingCount }),
    pausedRuns.length > 0 && t("runs.queue.paused", { count: pausedRuns.length }),
  ];
  return factsOf(parts.filter((part) => part !== false), t);
}

/** What runs and what waits, in order. */
export function QueueSection({ queue, actions }: { queue: QueueState; actions: QueueActions }) {
  const t = useTranslations();
  const { paused, running, waiting, waitingCount, pausedRuns } = queue;
  const [asking, setAsking] = useState(false);
  const [moved, setMoved] = useState("");
  const ids = waiting.map(({ id }) => id);
  const move = useCallback(
    (id: string, place: number) => {
      setMoved(t("runs.queue.moved", { place: place + 1 }));
      actions.move(id, place);
    },
    [t, actions],
  );
  const drag = useRowDrag(ids, move);
  const empty = running.length + waiting.length + pausedRuns.length === 0;
  return (
    <section aria-labelledby="queue-title" className="mb-10">
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 id="queue-title" className="text-lg font-semibold">
          {t("runs.queue.title")}
        </h1>
        <span className="number flex-1 text-muted">{words(queue, t)}</span>
        {!empty && (
          <Button tone="quiet" onClick={() => setAsking(true)}>
            {t("runs.queue.cancel")}
          </Button>
        )}
        {paused ? (
          <Button tone="primary" icon={<Play size={13} fill="currentColor" aria-hidden />} onClick={actions.resumeQueue}>
            {t("runs.queue.resume")}
          </Button>
        ) : (
          <Button icon={<Pause size={13} fill="currentColor" aria-hidden />} onClick={actions.pauseQueue}>
            {t("runs.queue.pause")}
          </Button>
        )}
      </div>
      {paused && (
        <p role="status" className="mb-3 text-warn">
          {t("runs.queue.isPaused")}
        </p>
      )}
      {empty ? (
        <div className="rounded-xl border border-dashed border-line-strong p-6">
          <p className="font-medium">{t("runs.queue.empty")}</p>
          <p className="text-muted">
            {t.rich("runs.queue.emptyDetail", { link: toWorkflows })}
          </p>
        </div>
      ) : (
        <ol aria-label={t("runs.queue.title")} className="overflow-hidden rounded-xl border border-line bg-panel">
          {running.map((run) => (
            <QueueRow key={run.id} run={run} actions={actions} />
          ))}
          {waiting.map((run, place) => (
            <QueueRow
              key={run.id}
              run={run}
              actions={actions}
              waiting={{
                place,
                count: waiting.length,
                dragged: drag.dragged === run.id,
                style: drag.style(run.id),
                handle: drag.handle(run.id),
                onMove: (to) => move(run.id, to),
              }}
            />
          ))}
          {waitingCount > waiting.length && <li className="number border-b border-line px-4 py-2 text-muted last:border-b-0">{t("runs.queue.more", { count: waitingCount - waiting.length })}</li>}
          {pausedRuns.map((run) => (
            <QueueRow key={run.id} run={run} actions={actions} />
          ))}
        </ol>
      )}
      <span role="status" className="sr-only">
        {moved}
      </span>
      <CancelDialog open={asking && !empty} onOpenChange={setAsking} queue={queue} onCancel={actions.cancelAll} />
    </section>
  );
}
