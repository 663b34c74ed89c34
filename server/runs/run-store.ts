/** Runs as people ask for and read them. What their worker writes is in event-log.ts. */
import { randomUUID } from "node:crypto";
import { said } from "@/models/said";
import type { NumericEnvironment } from "@/nodes/recipe";
import { afterEvent, type RunEvent, runEventSchema, type RunState, unstartedRun } from "@/nodes/run-events";
import { saidWordsSchema } from "@/nodes/said-schema";
import { computingNodes } from "@/nodes/subgraphs";
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import type { RunDetail, RunSummary } from "@/server/api/contract";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma, RunPurpose } from "@/server/database/generated/client";
import { planRun } from "@/server/engine/plan";
import { Refusal } from "@/server/refusal";
import type { ArtifactStore } from "@/server/artifacts/store";
import { firstEvents } from "./event-log";
import { keepResults } from "./result-store";
import { reuseAll } from "./reused-run";
import type { EventTail, NumberedEvent } from "./event-tail";
import { removeOldProbes } from "./old-probes";
import { frontRank, nextRank } from "./run-order";
import type { RunQueue } from "./run-queue";

export const summarySelect = {
  id: true,
  workflowId: true,
  status: true,
  createdAt: true,
  seconds: true,
  message: true,
  said: true,
  picture: true,
  pinned: true,
  workflow: { select: { name: true } },
} as const satisfies Prisma.RunSelect;

export function summary(row: Prisma.RunGetPayload<{ select: typeof summarySelect }>): RunSummary {
  const { id, workflowId, status, seconds, message, said, picture, pinned } = row;
  return { id, workflowId, workflowName: row.workflow.name, status, createdAt: row.createdAt.toISOString(), seconds, message, said: saidWordsSchema.nullable().catch(null).parse(said), picture, pinned };
}

export interface StartParts {
  readonly db: Database;
  readonly queue: RunQueue;
  /** Where results lie that need not be computed again. */
  readonly artifacts: ArtifactStore;
  /** What results are computed with now. */
  environment(): Promise<NumericEnvironment | null>;
  /** Longest computing time in seconds; none when null. */
  readonly timeLimit: number | null;
}

export interface RunWish {
  readonly workflowId: string;
  readonly graph: Workflow;
  readonly targets?: string[] | undefined;
  /** Node ids to compute although their results are there; "*" for all. */
  readonly forced?: string[] | undefined;
  /** A probe looks into a run somebody made: it is computed before all that wait, and is no run of theirs. */
  readonly purpose?: RunPurpose | undefined;
}

/**
 * Queues a run and returns its id. The run, its first event and its place in the queue become visible at once or not at
 * all. A run whose results are all there is done when this returns, and never was in the queue.
 */
export async function startRun({ db, queue, artifacts, environment, timeLimit }: StartParts, wish: RunWish): Promise<string> {
  const plan = planRun(wish.graph, wish.targets);
  const [first] = plan.problems;
  if (first) {
    const { message, remedy } = first.said;
    throw new Refusal("BAD_REQUEST", message, { problems: [...plan.problems], remedy });
  }
  const { purpose = "run" } = wish;
  const forced = computingNodes(wish.graph, wish.forced ?? []);
  // What it leaves for now, the next one removes.
  if (purpose === "probe") await removeOldProbes(db).catch(() => {});
  // Without an answer the run is computed; that it could have been reused is not worth failing for.
  const reused = await environment().then((now) => reuseAll(db, artifacts, plan, now, { ...wish, forced })).catch(() => null);
  return db.$transaction(async (tx) => {
    const rank = await (purpose === "probe" ? frontRank : nextRank)(tx, wish.workflowId);
    const workflow = await tx.workflow.findFirst({ where: { id: wish.workflowId, deletedAt: null }, select: { id: true } });
    if (!workflow) throw new Refusal("NOT_FOUND", said("There is no such workflow."), { remedy: said("Save it first.") });
    const events: RunEvent[] = [{ type: "queued", nodes: plan.nodes.map(({ id }) => id), ...(plan.axes.length > 0 && { axes: [...plan.axes] }) }, ...(reused?.events ?? [])];
    const now = new Date();
    const shown = purpose === "run" ? (reused?.picture ?? null) : null;
    const id = randomUUID();
    // createMany: create would read the row back.
    await tx.run.createMany({
      data: {
        id,
        workflowId: workflow.id,
        purpose,
        rank,
        graph: wish.graph,
        targets: wish.targets ?? [],
        forced,
        timeLimit,
        lastEvent: events.length,
        ...(reused && { status: "done" as const, startedAt: now, endedAt: now, seconds: reused.seconds, picture: shown }),
      },
    });
    await firstEvents(tx, id, events);
    if (!reused) await queue.add(tx, id, rank);
    else {
      await keepResults(tx, { workflowId: workflow.id, purpose }, reused.results);
      if (shown !== null) await tx.workflow.update({ where: { id: workflow.id }, data: { picture: shown } });
    }
    return id;
  });
}

export async function getRun(db: Database, id: string): Promise<RunDetail> {
  const row = await db.run.findUnique({ where: { id }, select: { ...summarySelect, graph: true, lastEvent: true } });
  if (!row) throw notFound();
  const { state, lastEvent } = await readState(db, id, row.lastEvent);
  return { ...summary(row), graph: workflowSchema.parse(row.graph), state, lastEvent };
}

/** Without probes, the newest first; `ended` leaves out those that have not. `cursor` is the id of the last run of the page before. */
export async function listRuns(
  db: Database,
  page: { workflowId?: string | undefined; ended?: boolean | undefined; limit: number; cursor?: string | undefined },
): Promise<{ runs: RunSummary[]; nextCursor: string | null }> {
  const rows = await db.run.findMany({
    where: { purpose: "run", ...(page.workflowId !== undefined && { workflowId: page.workflowId }), ...(page.ended && { endedAt: { not: null } }) },
    select: summarySelect,
    orderBy: { number: "desc" },
    take: page.limit + 1,
    ...(page.cursor !== undefined && { cursor: { id: page.cursor }, skip: 1 }),
  });
  const runs = rows.slice(0, page.limit).map(summary);
  return { runs, nextCursor: rows.length > page.limit ? (runs.at(-1)?.id ?? null) : null };
}

/** A run's events after number `after`; nothing when it ended with or before that one. */
export async function openRunEvents(
  db: Database,
  tail: EventTail,
  runId: string,
  after: number,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<NumberedEvent[]> | NumberedEvent[][]> {
  const run = await db.run.findUnique({ where: { id: runId }, select: { endedAt: true, lastEvent: true } });
  if (!run) throw notFound();
  if (run.endedAt !== null && run.lastEvent <= after) return [];
  return tail.events(runId, after, signal ?? new AbortController().signal);
}

/** The state a run's first `upTo` events add up to. */
export async function readState(db: Queries, runId: string, upTo: number): Promise<{ state: RunState; lastEvent: number }> {
  const rows = await db.runEvent.findMany({ where: { runId, seq: { lte: upTo } }, orderBy: { seq: "asc" }, select: { seq: true, data: true } });
  const state = rows.reduce((before, row) => afterEvent(before, runEventSchema.parse(row.data)), unstartedRun);
  return { state, lastEvent: rows.at(-1)?.seq ?? 0 };
}

function notFound(): Refusal {
  return new Refusal("NOT_FOUND", said("There is no such run."));
}
