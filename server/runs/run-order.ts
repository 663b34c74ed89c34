/**
 * The order in which runs that wait are taken: Run.rank, the smallest first. The job's priority in pg-boss is the
 * same number with the other sign. No two runs that wait or run share a rank, so the order never hangs on a clock.
 *
 * Ranks go in rounds, after start-time fair queueing (Goyal, Vin, Cheng 1996) with runs of equal length: a workflow
 * gets one run a round, however many it has queued, and a new run goes into the first round to come that has none of
 * its workflow. A round has room for many ranks, so that a run can be put between two others without moving them.
 */
import { said } from "@/models/said";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma } from "@/server/database/generated/client";
import { Refusal } from "@/server/refusal";
import type { RunQueue } from "./run-queue";

const round = 1024;
/** Beyond this, ranks are counted anew: the column ends at 2³¹. */
const largestRank = 1_000_000_000;
/** The advisory lock that whoever changes the order holds until the end of the transaction. */
const orderLock = 7_240_005;

/** Take it before any row: whoever holds it locks runs, and would wait for ever for one who holds a run and wants it. */
export async function lockOrder(tx: Queries): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${orderLock}::bigint)`;
}

/** The rank of a run that `workflowId` queues now. Locks the order until the end of the transaction: ask for it first. */
export async function nextRank(tx: Queries, workflowId: string): Promise<number> {
  await lockOrder(tx);
  const standing = await readStanding(tx, workflowId);
  if (standing.last !== null && standing.last > largestRank) {
    await renumber(tx);
    return freeRank(tx, await readStanding(tx, workflowId));
  }
  return freeRank(tx, standing);
}

interface Standing {
  /** The largest rank of a run that is being computed. */
  running: number | null;
  /** The smallest rank that waits. */
  waiting: number | null;
  /** The largest rank of the workflow's runs that wait or are computed, probes aside: they take nobody's turn. */
  own: number | null;
  /** The largest of all. */
  last: number | null;
}

async function readStanding(tx: Queries, workflowId: string): Promise<Standing> {
  const [standing] = await tx.$queryRaw<Standing[]>`
    SELECT max(rank) FILTER (WHERE status = 'running') AS running, min(rank) FILTER (WHERE status = 'queued') AS waiting,
      max(rank) FILTER (WHERE "workflowId" = ${workflowId} AND purpose = 'run') AS own, max(rank) AS last
    FROM "Run" WHERE status IN ('queued', 'running')`;
  return standing!;
}

async function freeRank(tx: Queries, { running, waiting, own, last }: Standing): Promise<number> {
  if (last === null) return 0;
  // The round that is being served. Between two runs nobody is: the first that waits will be.
  const served = waiting === null ? running! : Math.min(running ?? waiting - round, waiting);
  const rounds = Math.max(roundOf(served), own === null ? Number.NEGATIVE_INFINITY : roundOf(own));
  const first = (rounds + 1) * round;
  const rows = await tx.run.findMany({
    where: { status: { in: ["queued", "running"] }, rank: { gte: first, lt: first + round } },
    select: { rank: true },
    orderBy: { rank: "desc" },
    take: 1,
  });
  // After the others of its round. A full round runs over into the next.
  let rank = rows[0] ? rows[0].rank + 1 : first;
  while (await isTaken(tx, rank)) rank++;
  return rank;
}

async function isTaken(tx: Queries, rank: number): Promise<boolean> {
  return (await tx.run.count({ where: { status: { in: ["queued", "running"] }, rank } })) > 0;
}

/** The rank of a run that goes before all that wait. Locks the order like `nextRank`. */
export async function frontRank(tx: Queries, workflowId: string): Promise<number> {
  await lockOrder(tx);
  const first = await tx.run.findFirst({ where: { status: "queued" }, select: { rank: true }, orderBy: { rank: "asc" } });
  if (!first) return nextRank(tx, workflowId);
  if (first.rank <= -largestRank) {
    await renumber(tx);
    return frontRank(tx, workflowId);
  }
  let rank = first.rank - 1;
  while (await isTaken(tx, rank)) rank--;
  return rank;
}

function roundOf(rank: number): number {
  return Math.floor(rank / round);
}

/** Where in the queue: before all, behind all, or before a run that waits. */
export type Place = "front" | "end" | { before: string };

/** Puts a run that waits somewhere else. Refuses when it, or the run it is to go before, does not wait any more. */
export async function moveRun(db: Database, queue: RunQueue, id: string, to: Place): Promise<void> {
  if (typeof to === "object" && to.before === id) return;
  await db.$transaction(async (tx) => {
    await lockOrder(tx);
    const [run] = await tx.$queryRaw<{ status: string }[]>`SELECT status::text FROM "Run" WHERE id = ${id} FOR UPDATE`;
    if (!run) throw new Refusal("NOT_FOUND", said("There is no such run."));
    if (run.status !== "queued") throw notWaiting(run.status);
    let rank = await rankAt(tx, id, to);
    if (rank === null) {
      await renumber(tx);
      rank = await rankAt(tx, id, to);
    }
    if (rank === null) throw new Error(`Run ${id} finds no place in the queue.`);
    await place(tx, queue, id, rank);
  });
}

/** A free rank there; null when there is none left. */
async function rankAt(tx: Queries, id: string, to: Place): Promise<number | null> {
  const others = { status: "queued", id: { not: id } } as const;
  const select = { id: true, rank: true } as const;
  if (to === "end") {
    const last = await tx.run.findFirst({ where: others, select, orderBy: { rank: "desc" } });
    return !last ? 0 : last.rank < largestRank ? last.rank + round : null;
  }
  const first = await tx.run.findFirst({ where: others, select, orderBy: { rank: "asc" } });
  const next = to === "front" ? first : await tx.run.findFirst({ where: { status: "queued", id: to.before }, select });
  if (!next && to !== "front") throw new Refusal("CONFLICT", said("The run it was to go before does not wait any more."), { remedy: said("The queue has moved on; look again.") });
  if (!next || !first) return 0;
  // Close to it: were it in an earlier round, new runs would be put there too, before all that wait.
  if (next.id === first.id) return first.rank > -largestRank ? first.rank - 1 : null;
  const previous = await tx.run.findFirstOrThrow({ where: { ...others, rank: { lt: next.rank } }, select, orderBy: { rank: "desc" } });
  const between = Math.floor((previous.rank + next.rank) / 2);
  return between > previous.rank ? between : null;
}

/** Writes a run's rank, and makes its job anew: a worker may have taken it and died. */
async function place(tx: Queries, queue: RunQueue, id: string, rank: number): Promise<void> {
  await tx.run.update({ where: { id }, data: { rank } });
  await queue.replace(tx, id, rank);
}

/** Counts the ranks of all that wait anew, in their order, one round apart. */
export async function renumber(tx: Queries): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Run" r SET rank = n.place * ${round}::int
    FROM (SELECT id, (row_number() OVER (ORDER BY rank, number))::int AS place FROM "Run" WHERE status = 'queued') n
    WHERE r.id = n.id AND r.status = 'queued'`;
  await tx.$executeRaw`UPDATE "Run" SET rank = 0 WHERE status = 'running'`;
  await tx.$executeRaw`
    UPDATE pgboss.job j SET priority = -r.rank FROM "Run" r WHERE j.name = 'runs' AND j.id::text = r.id AND r.status = 'queued'`;
}

function notWaiting(status: string): Refusal {
  const words = status === "running" ? said("This run is being computed already.") : status === "paused" ? said("This run is paused.") : said("This run has ended.");
  const remedy = status === "paused" ? said("Resume it first.") : said("Only runs that wait can be moved.");
  return new Refusal("CONFLICT", words, { remedy });
}

/** Runs in the order they are taken. */
export const takingOrder = [{ rank: "asc" }, { number: "asc" }] as const satisfies Prisma.RunOrderByWithRelationInput[];
