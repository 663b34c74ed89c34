/** Which worker computes a run: the one whose id stands in its row, for as long as that worker lives. */
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import type { Database, Queries } from "@/server/database/client";
import { Prisma, type RunPurpose } from "@/server/database/generated/client";
import type { LogPosition } from "./event-log";
import { isAlive, leaseSeconds, mayJudge } from "./worker-status";

export interface ClaimedRun {
  position: LogPosition;
  graph: Workflow;
  targets: string[];
  workflowId: string;
  purpose: RunPurpose;
  forced: string[];
  /** Longest computing time in seconds; none when null. */
  timeLimit: number | null;
  /** Computing time of the attempts before. */
  secondsBefore: number;
  /** Somebody worked on it before. */
  resumed: boolean;
}

type ClaimedRow = Omit<ClaimedRun, "position" | "graph" | "resumed"> & { graph: unknown; attempt: number; lastEvent: number };

/** SQL: whether the worker that holds the run `r` gives no sign of life. */
const isDeserted = Prisma.sql`NOT EXISTS (SELECT 1 FROM "Worker" w WHERE w.id = r."workerId" AND ${isAlive})`;

/**
 * SQL: whether the run `r`, which is running, is `workerId`'s to take, a worker without a run: what it holds itself, it held
 * in an earlier life. What the other places of its process hold is theirs, for they live as it does.
 */
function isOrphanOf(workerId: string, siblings: readonly string[]): Prisma.Sql {
  return Prisma.sql`(r."workerId" = ${workerId} OR (${isDeserted}
    AND (r."workerId" = ANY(${siblings}::text[])) IS NOT TRUE
    AND EXISTS (SELECT 1 FROM "Worker" w WHERE w.id = ${workerId} AND ${mayJudge})))`;
}

/** Takes a run that waits, or whose worker is dead. Null when it is neither. What `workerId` holds already is of an earlier life of it, or waits for this probe. */
export async function claimRun(db: Database, runId: string, workerId: string, siblings: readonly string[] = []): Promise<ClaimedRun | null> {
  const rows = await db.$queryRaw<ClaimedRow[]>`
    UPDATE "Run" r
    SET status = 'running', "workerId" = ${workerId}, attempt = attempt + 1, "startedAt" = coalesce("startedAt", now())
    WHERE id = ${runId} AND (status = 'queued' OR (status = 'running' AND ${isOrphanOf(workerId, siblings)}))
    RETURNING graph, targets, "workflowId", purpose::text, forced, "timeLimit", attempt, "lastEvent", coalesce(seconds, 0) AS "secondsBefore"`;
  const row = rows[0];
  if (!row) return null;
  const { attempt, lastEvent, graph, ...rest } = row;
  return { position: { runId, attempt, lastEvent }, graph: workflowSchema.parse(graph), ...rest, resumed: attempt > 1 };
}

interface Looking {
  /** The other places of the worker's process. */
  siblings?: readonly string[];
  /** Whether runs that wait are left where they are. */
  queuePaused?: boolean;
}

/**
 * The first run whose worker died, or that was taken from the queue by a worker that died before it claimed it. Of those
 * that wait only the very first, so that none overtakes another.
 */
export async function findOrphan(db: Database, workerId: string, { siblings = [], queuePaused = false }: Looking = {}): Promise<string | null> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM "Run" r
    WHERE (r.status = 'running' AND ${isOrphanOf(workerId, siblings)})
      OR (r.status = 'queued' AND NOT ${queuePaused}
        AND NOT r."createdAt" BETWEEN now() - make_interval(secs => ${leaseSeconds}) AND now() + make_interval(secs => ${leaseSeconds})
        AND NOT EXISTS (SELECT 1 FROM pgboss.job j WHERE j.name = 'runs' AND j.id::text = r.id AND j.state < 'active')
        AND NOT EXISTS (SELECT 1 FROM "Run" o WHERE o.status = 'queued' AND (o.rank, o.number) < (r.rank, r.number)))
    ORDER BY r.status = 'queued', r.rank, r.number LIMIT 1`;
  return rows[0]?.id ?? null;
}

/** Whether nobody computes a run that is running, as far as one can tell who has not been watching. */
export async function isLeftAlone(tx: Queries, runId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "Run" r WHERE r.id = ${runId} AND r.status = 'running' AND ${isDeserted}`;
  return rows.length > 0;
}

export interface Wishes {
  /** Whether somebody asked for its end or a pause, or it is not this worker's any more. */
  readonly unwanted: "cancelled" | "paused" | "lost" | null;
  /** Probes that wait though no worker is free for them, the first in the queue first. */
  readonly probes: readonly string[];
}

type WishesRow = Pick<Wishes, "probes"> & { held: boolean; cancelRequested: boolean; pauseRequested: boolean };

/** What the worker that computes this attempt is wanted to do, in one question: it asks often. */
export async function readWishes(db: Database, { runId, attempt }: LogPosition): Promise<Wishes> {
  // Few rows are probes that have not ended, however many runs wait.
  const [run] = await db.$queryRaw<WishesRow[]>`
    SELECT status = 'running' AND attempt = ${attempt} AS held, "cancelRequested", "pauseRequested",
      ARRAY(SELECT p.id FROM "Run" p
        WHERE p.purpose = 'probe' AND p."endedAt" IS NULL AND p.status = 'queued'
          AND NOT EXISTS (SELECT 1 FROM "Worker" w WHERE ${isAlive} AND NOT EXISTS (SELECT 1 FROM "Run" o WHERE o.status = 'running' AND o."workerId" = w.id))
        ORDER BY p.rank, p.number) AS probes
    FROM "Run" WHERE id = ${runId}`;
  if (!run?.held) return { unwanted: "lost", probes: [] };
  return { unwanted: run.cancelRequested ? "cancelled" : run.pauseRequested ? "paused" : null, probes: run.probes };
}
