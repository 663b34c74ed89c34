/** Runs as people ask for and read them. What their worker writes is in event-log.ts. */
import { afterEvent, type RunEvent, runEventSchema, type RunState, unstartedRun } from "@/nodes/run-events";
import { type Workflow, workflowSchema } from "@/nodes/workflow";
import type { RunDetail, RunSummary } from "@/server/api/contract";
import type { Database, Queries } from "@/server/database/client";
import type { Prisma } from "@/server/database/generated/client";
import { planRun } from "@/server/engine/plan";
import { Refusal } from "@/server/refusal";
import { endRun } from "./event-log";
import type { EventTail, NumberedEvent } from "./event-tail";
import type { RunQueue } from "./run-queue";

const summarySelect = {
  id: true,
  workflowId: true,
  status: true,
  createdAt: true,
  seconds: true,
  message: true,
  picture: true,
  pinned: true,
  workflow: { select: { name: true } },
} as const satisfies Prisma.RunSelect;

function summary(row: Prisma.RunGetPayload<{ select: typeof summarySelect }>): RunSummary {
  const { id, workflowId, status, seconds, message, picture, pinned } = row;
  return { id, workflowId, workflowName: row.workflow.name, status, createdAt: row.createdAt.toISOString(), seconds, message, picture, pinned };
}

/** Queues a run and returns its id. The run, its first event and its place in the queue become visible at once or not at all. */
export async function startRun(
  db: Database,
  queue: RunQueue,
  wish: { workflowId: string; graph: Workflow; targets?: string[] | undefined },
): Promise<string> {
  const plan = planRun(wish.graph, wish.targets);
  const [first] = plan.problems;
  if (first) {
    const { message, remedy } = first;
    throw new Refusal("BAD_REQUEST", message, { problems: [...plan.problems], ...(remedy !== undefined && { remedy }) });
  }
  return db.$transaction(async (tx) => {
    const workflow = await tx.workflow.findFirst({ where: { id: wish.workflowId, deletedAt: null }, select: { id: true } });
    if (!workflow) throw new Refusal("NOT_FOUND", "There is no such workflow.", { remedy: "Save it first." });
    const queued: RunEvent = { type: "queued", nodes: plan.nodes.map(({ node }) => node.id) };
    const { id } = await tx.run.create({
      data: {
        workflowId: workflow.id,
        graph: wish.graph,
        targets: wish.targets ?? [],
        lastEvent: 1,
        events: { create: { seq: 1, data: queued } },
      },
      select: { id: true },
    });
    await queue.add(tx, id);
    return id;
  });
}

/** Asks for the end of a run. One that waits ends at once, one that is computed when its worker notices; an ended one stays as it is. */
export async function cancelRun(db: Database, queue: RunQueue, id: string): Promise<void> {
  await db.$transaction(async (tx) => {
    // The update locks the row: a worker claims the run either before, and sees the wish, or not at all.
    const [run] = await tx.run.updateManyAndReturn({
      where: { id },
      data: { cancelRequested: true },
      select: { status: true, lastEvent: true, attempt: true },
    });
    if (!run) throw notFound();
    if (run.status !== "queued") return;
    const { nodes } = (await readState(tx, id, run.lastEvent)).state;
    const last: RunEvent[] = Object.keys(nodes).map((nodeId) => ({ type: "node-not-run", nodeId }));
    await endRun(tx, { runId: id, ...run }, last, { status: "cancelled", seconds: 0 });
    await queue.remove(tx, id);
  });
}

export async function getRun(db: Database, id: string): Promise<RunDetail> {
  const row = await db.run.findUnique({ where: { id }, select: { ...summarySelect, graph: true, lastEvent: true } });
  if (!row) throw notFound();
  const { state, lastEvent } = await readState(db, id, row.lastEvent);
  return { ...summary(row), graph: workflowSchema.parse(row.graph), state, lastEvent };
}

/** The newest first. `cursor` is the id of the last run of the page before. */
export async function listRuns(
  db: Database,
  page: { workflowId?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<{ runs: RunSummary[]; nextCursor: string | null }> {
  const rows = await db.run.findMany({
    where: page.workflowId === undefined ? {} : { workflowId: page.workflowId },
    select: summarySelect,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
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
): Promise<AsyncIterable<NumberedEvent> | NumberedEvent[]> {
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
  return new Refusal("NOT_FOUND", "There is no such run.");
}
