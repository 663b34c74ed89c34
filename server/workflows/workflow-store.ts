/** Saved workflows and their history. Every save is kept as a version; removing hides, and can be undone. */
import { inEnglish, said } from "@/models/said";
import type { StoredWorkflow, WorkflowSummary } from "@/server/api/contract";
import type { Database, Queries } from "@/server/database/client";
import type { Workflow as Row } from "@/server/database/generated/client";
import { Refusal } from "@/server/refusal";
import { lockOrder } from "@/server/runs/run-order";
import type { RunQueue } from "@/server/runs/run-queue";
import { askForEndOfWorkflow, endAllIdle } from "@/server/runs/run-wishes";
import { type Workflow, workflowSchema } from "@/nodes/workflow";

const summary = { id: true, name: true, updatedAt: true, nodeCount: true, picture: true } as const;

function stored(row: Row): StoredWorkflow {
  return { id: row.id, name: row.name, graph: workflowSchema.parse(row.graph), version: row.version, updatedAt: row.updatedAt.toISOString() };
}

/** The newest first. */
export async function listWorkflows(db: Database, which: { removed: boolean }): Promise<WorkflowSummary[]> {
  const rows = await db.workflow.findMany({
    where: { deletedAt: which.removed ? { not: null } : null },
    select: summary,
    orderBy: [{ updatedAt: "desc" }, { id: "asc" }],
  });
  return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
}

export async function getWorkflow(db: Queries, id: string): Promise<StoredWorkflow> {
  const row = await db.workflow.findFirst({ where: { id, deletedAt: null } });
  if (!row) throw notFound();
  return stored(row);
}

/** The workflow where it has another version than `than`; null where it has that one. */
export async function findNewer(db: Database, id: string, than: number): Promise<StoredWorkflow | null> {
  const row = await db.workflow.findFirst({ where: { id, deletedAt: null }, select: { version: true } });
  if (!row) throw notFound();
  return row.version === than ? null : getWorkflow(db, id);
}

export async function createWorkflow(db: Queries, content: { name: string; graph: Workflow }): Promise<StoredWorkflow> {
  const row = await db.workflow.create({
    data: {
      ...content,
      nodeCount: content.graph.nodes.length,
      versions: { create: { version: 1, ...content } },
    },
  });
  return stored(row);
}

/** Refuses with CONFLICT and the stored workflow when somebody saved after `baseVersion`. */
export async function saveWorkflow(
  db: Database,
  save: { id: string; graph: Workflow; name?: string | undefined; baseVersion: number },
): Promise<StoredWorkflow> {
  return db.$transaction(async (tx) => {
    const changed = await tx.workflow.updateManyAndReturn({
      where: { id: save.id, deletedAt: null, version: save.baseVersion },
      data: {
        graph: save.graph,
        nodeCount: save.graph.nodes.length,
        version: save.baseVersion + 1,
        updatedAt: new Date(),
        ...(save.name !== undefined && { name: save.name }),
      },
    });
    const row = changed[0];
    if (!row) {
      const current = await getWorkflow(tx, save.id);
      throw new Refusal("CONFLICT", said("This workflow was saved somewhere else in the meantime."), {
        remedy: said("Reload it, or save yours as a copy."),
        current,
      });
    }
    await tx.workflowVersion.create({ data: { workflowId: row.id, version: row.version, name: row.name, graph: save.graph } });
    return stored(row);
  });
}

/** A version like any other, so that editors that have the workflow open learn of it. */
export async function renameWorkflow(db: Database, id: string, name: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const [row] = await tx.workflow.updateManyAndReturn({ where: { id, deletedAt: null }, data: { name, version: { increment: 1 }, updatedAt: new Date() } });
    if (!row) throw notFound();
    const { version, graph } = stored(row);
    await tx.workflowVersion.create({ data: { workflowId: id, version, name, graph } });
  });
}

export async function duplicateWorkflow(db: Database, id: string): Promise<StoredWorkflow> {
  const { name, graph } = await getWorkflow(db, id);
  return createWorkflow(db, { name: `${name.slice(0, 110)} (copy)`, graph });
}

/** Hides a workflow; its runs that have not ended are cancelled, for good: bringing it back does not start them again. */
export async function removeWorkflow(db: Database, queue: RunQueue, id: string): Promise<void> {
  const cancelled = await db.$transaction(async (tx) => {
    // Under this lock nobody queues another run of it; runs before workflows, as whoever writes events does.
    await lockOrder(tx);
    const ids = await askForEndOfWorkflow(tx, id, inEnglish(said("Its workflow was deleted.")));
    const { count } = await tx.workflow.updateMany({ where: { id, deletedAt: null }, data: { deletedAt: new Date() } });
    if (count === 0) throw notFound();
    return ids;
  });
  await endAllIdle(db, queue, cancelled);
}

export async function restoreWorkflow(db: Database, id: string): Promise<StoredWorkflow> {
  const { count } = await db.workflow.updateMany({ where: { id, deletedAt: { not: null } }, data: { deletedAt: null } });
  if (count === 0) throw notFound();
  return getWorkflow(db, id);
}

/** Every save of a workflow, the newest first. */
export async function listVersions(db: Database, id: string): Promise<{ version: number; name: string; createdAt: string }[]> {
  const rows = await db.workflowVersion.findMany({
    where: { workflowId: id },
    select: { version: true, name: true, createdAt: true },
    orderBy: { version: "desc" },
    take: 200,
  });
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

/** The graph as it was at one save. */
export async function getVersion(db: Database, id: string, version: number): Promise<{ name: string; graph: Workflow }> {
  const row = await db.workflowVersion.findUnique({ where: { workflowId_version: { workflowId: id, version } } });
  if (!row) throw new Refusal("NOT_FOUND", said("There is no such version of this workflow."));
  return { name: row.name, graph: workflowSchema.parse(row.graph) };
}

function notFound(): Refusal {
  return new Refusal("NOT_FOUND", said("There is no such workflow."), { remedy: said("It may have been removed; look among the removed ones.") });
}
