"use client";

import { Pause, Play } from "lucide-react";
import Link from "next/link";
import { useCallback, useState } from "react";
import { Button } from "@/app/ui/button";
import type { QueueState } from "@/server/api/contract";
import { CancelDialog } from "./cancel-dialog";
import { QueueRow } from "./queue-row";
import type { QueueActions } from "./use-queue";
import { useRowDrag } from "./use-row-drag";

function words({ running, waitingCount, pausedRuns }: QueueState): string {
  const parts = [
    running.length > 0 && `${running.length} running`,
    waitingCount > 0 && `${waitingCount} waiting`,
    pausedRuns.length > 0 && `${pausedRuns.length} paused`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** What runs and what waits, in order. */
export function QueueSection({ queue, actions }: { queue: QueueState; actions: QueueActions }) {
  const { paused, running, waiting, waitingCount, pausedRuns } = queue;
  const [asking, setAsking] = useState(false);
  const [moved, setMoved] = useState("");
  const ids = waiting.map(({ id }) => id);
  const move = useCallback(
    (id: string, place: number) => {
      setMoved(`Moved to place ${place + 1}`);
      actions.move(id, place);
    },
    [actions],
  );
  const drag = useRowDrag(ids, move);
  const empty = running.length + waiting.length + pausedRuns.length === 0;
  return (
    <section aria-labelledby="queue-title" className="mb-10">
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 id="queue-title" className="text-lg font-semibold">
          Queue
        </h1>
        <span className="number flex-1 text-muted">{words(queue)}</span>
        {!empty && (
          <Button tone="quiet" onClick={() => setAsking(true)}>
            Cancel …
          </Button>
        )}
        {paused ? (
          <Button tone="primary" icon={<Play size={13} fill="currentColor" aria-hidden />} onClick={actions.resumeQueue}>
            Resume queue
          </Button>
        ) : (
          <Button icon={<Pause size={13} fill="currentColor" aria-hidden />} onClick={actions.pauseQueue}>
            Pause queue
          </Button>
        )}
      </div>
      {paused && (
        <p role="status" className="mb-3 text-warn">
          The queue is paused. New runs are accepted and wait; none is started until you resume it.
        </p>
      )}
      {empty ? (
        <div className="rounded-xl border border-dashed border-line-strong p-6">
          <p className="font-medium">Nothing runs or waits</p>
          <p className="text-muted">
            Open{" "}
            <Link href="/" className="underline underline-offset-4">
              a workflow
            </Link>{" "}
            and press Run, as often as you like: runs wait here for their turn, and can be put in another order.
          </p>
        </div>
      ) : (
        <ol aria-label="Queue" className="overflow-hidden rounded-xl border border-line bg-panel">
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
          {waitingCount > waiting.length && <li className="number border-b border-line px-4 py-2 text-muted last:border-b-0">and {waitingCount - waiting.length} more that wait</li>}
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
