/** The queue as a whole: what runs, what waits and in which order, and whether anything is taken from it. */
import type { QueuedRun, QueueState } from "@/server/api/contract";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma } from "@/server/database/generated/client";
import { takingOrder } from "./run-order";
import { summary, summarySelect } from "./run-store";

const key = "queue";
const mostShown = 100;

/** Whether runs wait until somebody resumes the queue. Those that are being computed go on, and probes are computed. */
export async function isQueuePaused(db: Queries): Promise<boolean> {
  return (await glance(db)).paused;
}

interface Glance {
  readonly paused: boolean;
  readonly waiting: boolean;
  /** The first probe that waits. */
  readonly probe: string | null;
}

/** The least that a worker has to know, in one question: it asks often. */
export async function glance(db: Queries): Promise<Glance> {
  const [seen] = await db.$queryRaw<Glance[]>`
    SELECT coalesce((SELECT value->'paused' = 'true' FROM "Setting" WHERE key = ${key}), false) AS paused,
      EXISTS (SELECT 1 FROM "Run" WHERE status = 'queued') AS waiting,
      (SELECT id FROM "Run" WHERE status = 'queued' AND purpose = 'probe' ORDER BY rank, number LIMIT 1) AS probe`;
  return seen!;
}

export async function setQueuePaused(db: Database, paused: boolean): Promise<void> {
  const value = { paused };
  await db.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
}

const queuedSelect = { ...summarySelect, startedAt: true, cancelRequested: true, pauseRequested: true } as const satisfies Prisma.RunSelect;

type Row = Prisma.RunGetPayload<{ select: typeof queuedSelect }>;

function queuedRun(row: Row, prompt: string | null): QueuedRun {
  const stopping = row.cancelRequested ? "cancelling" : row.status === "running" && row.pauseRequested ? "pausing" : null;
  return { ...summary(row), startedAt: row.startedAt?.toISOString() ?? null, prompt, stopping };
}

/** Without probes: those are nobody's to order. */
export async function readQueue(db: Database): Promise<QueueState> {
  const purpose = "run";
  const [paused, running, waiting, waitingCount, pausedRuns] = await Promise.all([
    isQueuePaused(db),
    db.run.findMany({ where: { status: "running", purpose }, select: queuedSelect, orderBy: { number: "asc" }, take: mostShown }),
    db.run.findMany({ where: { status: "queued", purpose }, select: queuedSelect, orderBy: [...takingOrder], take: mostShown }),
    db.run.count({ where: { status: "queued", purpose } }),
    db.run.findMany({ where: { status: "paused", purpose }, select: queuedSelect, orderBy: { number: "desc" }, take: mostShown }),
  ]);
  const prompts = await readPrompts(db, [...running, ...waiting, ...pausedRuns]);
  const shown = (rows: Row[]) => rows.map((row) => queuedRun(row, prompts.get(row.id) ?? null));
  return { paused, running: shown(running), waiting: shown(waiting), waitingCount, pausedRuns: shown(pausedRuns) };
}

/** Without reading whole graphs: the page that shows this asks often. */
async function readPrompts(db: Database, rows: Row[]): Promise<Map<string, string | null>> {
  const found = await db.$queryRaw<{ id: string; prompt: string | null }[]>`
    SELECT id, left(jsonb_path_query_first(graph, '$.nodes[*] ? (@.type == "prompt").params.text') #>> '{}', 120) AS prompt
    FROM "Run" WHERE id = ANY(${rows.map(({ id }) => id)})`;
  return new Map(found.map(({ id, prompt }) => [id, prompt]));
}
