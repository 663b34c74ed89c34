/** The queue as a whole: what runs, what waits and in which order, and whether anything is taken from it. */
import type { QueuedRun, QueueState } from "@/server/api/contract";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma } from "@/server/database/generated/client";
import { takingOrder } from "./run-order";
import { summary, summarySelect } from "./run-store";

const key = "queue";
const mostShown = 100;

/** Whether runs wait until somebody resumes the queue. Those that are being computed go on. */
export async function isQueuePaused(db: Queries): Promise<boolean> {
  const setting = await db.setting.findUnique({ where: { key } });
  return (setting?.value as { paused?: boolean } | undefined)?.paused === true;
}

export async function setQueuePaused(db: Database, paused: boolean): Promise<void> {
  const value = { paused };
  await db.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
}

const queuedSelect = { ...summarySelect, startedAt: true, cancelRequested: true, pauseRequested: true } as const satisfies Prisma.RunSelect;

function queuedRun(row: Prisma.RunGetPayload<{ select: typeof queuedSelect }>): QueuedRun {
  const stopping = row.cancelRequested ? "cancelling" : row.status === "running" && row.pauseRequested ? "pausing" : null;
  return { ...summary(row), startedAt: row.startedAt?.toISOString() ?? null, stopping };
}

export async function readQueue(db: Database): Promise<QueueState> {
  const [paused, running, waiting, waitingCount, pausedRuns] = await Promise.all([
    isQueuePaused(db),
    db.run.findMany({ where: { status: "running" }, select: queuedSelect, orderBy: [{ startedAt: "asc" }, { id: "asc" }], take: mostShown }),
    db.run.findMany({ where: { status: "queued" }, select: queuedSelect, orderBy: [...takingOrder], take: mostShown }),
    db.run.count({ where: { status: "queued" } }),
    db.run.findMany({ where: { status: "paused" }, select: queuedSelect, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: mostShown }),
  ]);
  return { paused, running: running.map(queuedRun), waiting: waiting.map(queuedRun), waitingCount, pausedRuns: pausedRuns.map(queuedRun) };
}
