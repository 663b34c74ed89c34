/**
 * Appends events to a run. Whoever appends names the attempt it works for and the event it appends after: a worker
 * that lost its run cannot write to it, and a batch whose answer got lost can be sent again without doubling it.
 */
import type { SaidWords } from "@/models/said";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import type { Database, Queries } from "@/server/database/client";
import { Prisma } from "@/server/database/generated/client";
import { keptResults, type NodeResult, type ResultChange, thinResults } from "./result-store";

/** Where in which run the next event goes. */
export interface LogPosition {
  runId: string;
  attempt: number;
  lastEvent: number;
}

/** The run went on to another attempt, or ended: this writer has no say in it any more. */
export class RunLost extends Error {
  override readonly name = "RunLost";
}

/** The events a run begins with. Takes effect with the transaction that makes the run. */
export async function firstEvents(tx: Queries, runId: string, events: readonly RunEvent[]): Promise<void> {
  await tx.$executeRaw`INSERT INTO "RunEvent" ("runId", seq, data) SELECT ${runId}, seq, data FROM ${recordsOf(events, 1)}`;
}

/** A table of seq and data: one value for all of them, and not a placeholder for each of what may be thousands. */
function recordsOf(events: readonly RunEvent[], first: number): Prisma.Sql {
  const rows = events.map((data, index) => ({ seq: first + index, data }));
  return Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(seq int, data jsonb)`;
}

/**
 * Appends `events` after `position`, keeps the results that came with them, and returns the position after. `picture` and
 * `seconds`, the computing time so far, are the run's from then on. Throws RunLost.
 */
export async function appendEvents(
  db: Database,
  position: LogPosition,
  events: readonly RunEvent[],
  { picture, seconds }: { picture?: string | undefined; seconds?: number | undefined } = {},
  results: readonly ResultChange[] = [],
): Promise<LogPosition> {
  if (events.length === 0) return position;
  const columns = { ...(picture !== undefined && { picture }), ...(seconds !== undefined && { seconds }) };
  const thinned = results.filter((result) => "thinned" in result);
  const kept = results.filter((result) => "nodeId" in result);
  // One statement is a transaction by itself, and a tenth of the work of opening one around several.
  if (thinned.length === 0) return append(db, position, events, columns, kept);
  return db.$transaction(async (tx) => {
    const next = await append(tx, position, events, columns, kept);
    await thinResults(tx, thinned);
    return next;
  });
}

/** Appends `last` with the results that came with it and the "ended" event, and ends the run in the same breath. A cancelled one says why, where that was said. */
export async function endRun(
  tx: Queries,
  position: LogPosition,
  last: readonly RunEvent[],
  ending: { status: RunEnding; seconds: number; message?: string | undefined; said?: SaidWords | undefined; picture?: string | undefined },
  results: readonly NodeResult[] = [],
): Promise<LogPosition> {
  const { status, seconds, picture, said } = ending;
  const message = ending.message ?? (status === "cancelled" ? await cancelReason(tx, position.runId) : undefined);
  const ended: RunEvent = { type: "ended", status, seconds, ...(message !== undefined && { message }), ...(said && { said }) };
  const columns = { status, seconds, message: message ?? null, said: said ?? null, endedAt: new Date(), workerId: null, ...(picture !== undefined && { picture }) };
  return append(tx, position, [...last, ended], columns, results);
}

async function cancelReason(tx: Queries, runId: string): Promise<string | undefined> {
  return (await tx.run.findUnique({ where: { id: runId }, select: { cancelReason: true } }))?.cancelReason ?? undefined;
}

/** Appends `last` and the "paused" event; the run is nobody's until it is resumed. */
export async function pauseRun(tx: Queries, position: LogPosition, last: readonly RunEvent[] = []): Promise<LogPosition> {
  return append(tx, position, [...last, { type: "paused" }], { status: "paused", workerId: null });
}

interface Columns {
  picture?: string;
  status?: RunEnding | "paused";
  seconds?: number;
  message?: string | null;
  said?: SaidWords | null;
  endedAt?: Date;
  workerId?: null;
}

async function append(tx: Queries, { runId, attempt, lastEvent }: LogPosition, events: readonly RunEvent[], columns: Columns, results: readonly NodeResult[] = []): Promise<LogPosition> {
  const next = { runId, attempt, lastEvent: lastEvent + events.length };
  // The update locks the run's row, so that events become visible in the order of their numbers.
  const parts = [
    Prisma.sql`run AS (
      UPDATE "Run" SET ${assignments({ ...columns, lastEvent: next.lastEvent })}
      WHERE id = ${runId} AND attempt = ${attempt} AND "lastEvent" = ${lastEvent} AND status IN ('queued', 'running', 'paused')
      RETURNING id, "workflowId", purpose)`,
    Prisma.sql`events AS (
      INSERT INTO "RunEvent" ("runId", seq, data)
      SELECT run.id, r.seq, r.data FROM run, ${recordsOf(events, lastEvent + 1)})`,
    ...(columns.picture === undefined ? [] : [Prisma.sql`shown AS (UPDATE "Workflow" w SET picture = ${columns.picture} FROM run WHERE w.id = run."workflowId")`]),
    ...keptResults(results),
  ];
  const found = await tx.$queryRaw<unknown[]>`WITH ${Prisma.join(parts)} SELECT 1 FROM run`;
  if (found.length === 0 && !(await wasAppended(tx, next))) throw new RunLost(`Run ${runId} went on without attempt ${attempt}.`);
  return next;
}

function assignments({ status, lastEvent, said, ...columns }: Columns & { lastEvent: number }): Prisma.Sql {
  const others = Object.entries(columns).map(([name, value]) => Prisma.sql`${Prisma.raw(`"${name}"`)} = ${value}`);
  return Prisma.join([Prisma.sql`"lastEvent" = ${lastEvent}`, ...(status ? [Prisma.sql`status = ${status}::"RunStatus"`] : []), ...(said ? [Prisma.sql`said = ${JSON.stringify(said)}::jsonb`] : []), ...others]);
}

/** Whether a batch that ends at `next` is stored already, by an earlier try whose answer got lost. */
async function wasAppended(tx: Queries, next: LogPosition): Promise<boolean> {
  return (await tx.run.count({ where: { id: next.runId, attempt: next.attempt, lastEvent: next.lastEvent } })) > 0;
}
