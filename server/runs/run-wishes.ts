/**
 * What people ask of a run that has not ended: to end, to pause, to go on. A run that nobody computes does so at once;
 * for one that is computed the wish stands in its row, and its worker looks for it (readWishes in run-claim.ts). One whose
 * worker is dead is computed by nobody.
 * Every wish names a run and changes its row under a lock, so one that comes late can meet no other run.
 */
import { said } from "@/models/said";
import type { RunEvent, RunState } from "@/nodes/run-events";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma } from "@/server/database/generated/client";
import { Refusal } from "@/server/refusal";
import { endRun, type LogPosition, pauseRun } from "./event-log";
import { isLeftAlone } from "./run-claim";
import { lockOrder, nextRank } from "./run-order";
import type { RunQueue } from "./run-queue";
import { readState } from "./run-store";

const standing = { status: true, lastEvent: true, seconds: true, attempt: true, cancelRequested: true, pauseRequested: true } as const satisfies Prisma.RunSelect;
type Standing = Prisma.RunGetPayload<{ select: typeof standing }>;

/** Asks for the end of a run. One that waits or is paused ends at once; an ended one stays as it is. */
export async function cancelRun(db: Database, queue: RunQueue, id: string): Promise<void> {
  const found = await db.$transaction(async (tx) => {
    // The update locks the row: a worker claims the run either before, and sees the wish, or not at all.
    const [run] = await tx.run.updateManyAndReturn({ where: { id }, data: { cancelRequested: true }, select: standing });
    if (run) await endIdle(tx, queue, id, run);
    return run !== undefined;
  });
  if (!found) throw notFound();
}

/** Cancels all that wait, or all that have not ended, probes aside; returns how many. */
export async function cancelRuns(db: Database, queue: RunQueue, which: "waiting" | "all"): Promise<number> {
  const status: Prisma.EnumRunStatusFilter = { in: which === "waiting" ? ["queued"] : ["queued", "running", "paused"] };
  const ids = await db.$transaction(async (tx) => {
    await lockOrder(tx);
    return askForEnd(tx, { purpose: "run", status, cancelRequested: false }, null);
  });
  await endAllIdle(db, queue, ids);
  return ids.length;
}

/**
 * Marks every run of a workflow that has not ended as cancelled for `reason`; takes effect with the transaction, which
 * holds the order's lock. Returns their ids, for endAllIdle once it is committed.
 */
export function askForEndOfWorkflow(tx: Queries, workflowId: string, reason: string): Promise<string[]> {
  return askForEnd(tx, { workflowId, status: { in: ["queued", "running", "paused"] } }, reason);
}

async function askForEnd(tx: Queries, where: Prisma.RunWhereInput, reason: string | null): Promise<string[]> {
  const rows = await tx.run.updateManyAndReturn({ where, data: { cancelRequested: true, cancelReason: reason }, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** Ends those of the runs that nobody computes, each by itself: many at once would hold up everybody else. */
export async function endAllIdle(db: Database, queue: RunQueue, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await db.$transaction(async (tx) => {
      const run = await lockRun(tx, id);
      if (run?.cancelRequested) await endIdle(tx, queue, id, run);
    });
  }
}

/** Pauses a run: one that nobody computes at once, one that is computed between two of its steps. */
export async function askToPause(db: Database, queue: RunQueue, id: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const run = await lockRun(tx, id);
    if (!run) throw notFound();
    if (run.status === "paused") return;
    if (run.status !== "queued" && run.status !== "running") throw new Refusal("CONFLICT", said("This run has ended: there is nothing to pause."));
    if (run.status === "running" && !(await isLeftAlone(tx, id))) return void (await tx.run.update({ where: { id }, data: { pauseRequested: true } }));
    await pauseRun(tx, { runId: id, ...run });
    await queue.remove(tx, id);
  });
}

/** Queues a paused run again, where a new run of its workflow would be; one that was about to pause goes on. */
export async function resumeRun(db: Database, queue: RunQueue, id: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockOrder(tx);
    const run = await lockRun(tx, id);
    if (!run) throw notFound();
    if (run.status === "queued") return;
    if (run.status === "running") return void (await tx.run.update({ where: { id }, data: { pauseRequested: false } }));
    if (run.status !== "paused") throw new Refusal("CONFLICT", said("This run has ended."), { remedy: said("Run the workflow again: what it finished is reused.") });
    const { workflowId } = await tx.run.findUniqueOrThrow({ where: { id }, select: { workflowId: true } });
    await requeue(tx, queue, id, await nextRank(tx, workflowId));
  });
}

/**
 * For the worker that stopped between two steps: appends `last` and leaves the run paused. When the wish has changed
 * in the meantime, the run is cancelled, or waits again in the place it had.
 */
export async function setAside(tx: Queries, queue: RunQueue, position: LogPosition, last: readonly RunEvent[]): Promise<LogPosition> {
  const next = await pauseRun(tx, position, last);
  const run = await lockRun(tx, next.runId);
  // An earlier try was stored, its answer lost, and somebody has resumed or ended the run since.
  if (run?.status !== "paused" || run.lastEvent !== next.lastEvent) return next;
  await queue.remove(tx, next.runId);
  if (run.cancelRequested) await endIdle(tx, queue, next.runId, run);
  else if (!run.pauseRequested) {
    const { rank } = await tx.run.findUniqueOrThrow({ where: { id: next.runId }, select: { rank: true } });
    await requeue(tx, queue, next.runId, rank);
  }
  return next;
}

async function requeue(tx: Queries, queue: RunQueue, id: string, rank: number): Promise<void> {
  await tx.run.update({ where: { id }, data: { status: "queued", pauseRequested: false, cancelRequested: false, rank } });
  await queue.replace(tx, id, rank);
}

async function lockRun(tx: Queries, id: string): Promise<Standing | null> {
  await tx.$executeRaw`SELECT 1 FROM "Run" WHERE id = ${id} FOR UPDATE`;
  return tx.run.findUnique({ where: { id }, select: standing });
}

/** Ends a run that nobody computes; leaves any other as it is. */
async function endIdle(tx: Queries, queue: RunQueue, id: string, run: Standing): Promise<void> {
  const isIdle = run.status === "queued" || run.status === "paused" || (run.status === "running" && (await isLeftAlone(tx, id)));
  if (!isIdle) return;
  const { state } = await readState(tx, id, run.lastEvent);
  await endRun(tx, { runId: id, ...run }, notRun(state), { status: "cancelled", seconds: run.seconds ?? 0 });
  await queue.remove(tx, id);
}

/** Words for the nodes of a run that ends without having got to them. */
function notRun(state: RunState): RunEvent[] {
  return Object.entries(state.nodes).flatMap(([nodeId, node]): RunEvent[] =>
    node.status === "waiting" || node.status === "running" ? [{ type: "node-not-run", nodeId }] : [],
  );
}

function notFound(): Refusal {
  return new Refusal("NOT_FOUND", said("There is no such run."));
}
