/** Results by key, and what each node of a workflow was last made from (docs/decisions/0012). */
import { z } from "zod";
import type { SaidMessage } from "@/models/said";
import { type Recipe, recipeSchema } from "@/nodes/recipe";
import { frameSchema, outputSchema, type Output, type StoredFrame, thinned } from "@/nodes/run-events";
import { filesOf } from "@/server/artifacts/output-files";
import { saidMessageSchema } from "@/nodes/said-schema";
import type { ArtifactStore } from "@/server/artifacts/store";
import { nodeIdOf } from "@/nodes/sweeps";
import type { Database, Queries } from "@/server/database/client";
import { Prisma, type RunPurpose } from "@/server/database/generated/client";
import type { Plan } from "@/server/engine/plan";
import type { KeyedRecipe, Memory, StoredResult } from "@/server/engine/resolve";

/** A node of a run that was computed just now, or whose result was reused: then `computed` is absent. */
export interface NodeResult {
  readonly nodeId: string;
  readonly key: string;
  readonly recipe: Recipe;
  readonly computed?: { readonly outputs: Record<string, Output>; readonly frames: readonly StoredFrame[]; readonly notices: readonly SaidMessage[]; readonly seconds: number };
}

/** Steps of a result that was computed before whose tensors are not kept any more. */
export interface ThinnedResult {
  readonly key: string;
  readonly thinned: readonly number[];
}

export type ResultChange = NodeResult | ThinnedResult;

const rowSchema = z.object({ key: z.string(), outputs: z.record(z.string(), outputSchema), frames: z.array(frameSchema), notices: z.array(saidMessageSchema), seconds: z.number() });

/** Results with these keys. One that another version stored and this one cannot read is as good as none. */
export async function findResults(db: Queries, store: ArtifactStore, keys: readonly string[]): Promise<Map<string, StoredResult>> {
  if (keys.length === 0) return new Map();
  // One array, not a placeholder for each of what may be thousands.
  const rows = await db.$queryRaw<unknown[]>`SELECT key, outputs, frames, notices, seconds FROM "Result" WHERE key = ANY(${keys}::text[])`;
  const found = await Promise.all(rows.map(async (row): Promise<[string, StoredResult] | null> => {
    const { data } = rowSchema.safeParse(row);
    if (!data) return null;
    const { key, ...result } = data;
    return [key, { ...result, present: await arePresent(store, Object.values(result.outputs)) }];
  }));
  return new Map(found.filter((entry) => entry !== null));
}

async function arePresent(store: ArtifactStore, outputs: readonly Output[]): Promise<boolean> {
  const artifacts = filesOf(outputs);
  // In this order: what is marked as used stays (see eviction.ts), so what is there now is there when it is read.
  await store.touch(artifacts);
  const there = await Promise.all(artifacts.map((artifact) => store.has(artifact, artifact.bytes)));
  return there.every(Boolean);
}

/** What a run of `workflowId` with this plan may reuse. */
export async function openMemory(db: Database, store: ArtifactStore, workflowId: string, plan: Pick<Plan, "nodes">): Promise<Memory> {
  // A cell of a sweep is compared with itself, or with the node before it was swept.
  const ids = [...new Set(plan.nodes.flatMap(({ id }) => [id, nodeIdOf(id)]))];
  const rows = await db.$queryRaw<{ nodeId: string; key: string; recipe: unknown }[]>`
    SELECT "nodeId", key, recipe FROM "LastRecipe" WHERE "workflowId" = ${workflowId} AND "nodeId" = ANY(${ids}::text[])`;
  const last: Record<string, KeyedRecipe> = {};
  for (const { nodeId, key, recipe } of rows) {
    const { data } = recipeSchema.safeParse(recipe);
    if (data) last[nodeId] = { key, recipe: data };
  }
  return { last, find: (keys) => findResults(db, store, keys), keepsNew: true };
}

/** A run that results belong to. A probe's are kept, and not remembered as the last of its workflow: what changed is counted from a person's own run. */
export interface ResultOwner {
  readonly workflowId: string;
  readonly purpose: RunPurpose;
}

/** Keeps what was computed and remembers what the workflow's nodes were made from. Takes effect with the transaction. */
export async function keepResults(tx: Queries, { workflowId, purpose }: ResultOwner, results: readonly NodeResult[]): Promise<void> {
  const parts = keptResults(results);
  if (parts.length === 0) return;
  const owner = Prisma.sql`run AS (SELECT ${workflowId}::text AS "workflowId", ${purpose}::"RunPurpose" AS purpose)`;
  await tx.$queryRaw`WITH ${Prisma.join([owner, ...parts])} SELECT 1`;
}

/**
 * The same as parts of one statement, which has a part “run” with the owner ("workflowId", purpose) as its row: without
 * that row nothing is kept. None of them reads what another one writes, and no row is written by two.
 */
export function keptResults(results: readonly NodeResult[]): Prisma.Sql[] {
  const byKey = new Map(results.flatMap((result) => (result.computed ? [[result.key, { key: result.key, type: result.recipe.type, recipe: result.recipe, ...result.computed }] as const] : [])));
  const reused = [...new Set(results.map(({ key }) => key))].filter((key) => !byKey.has(key));
  const byNode = new Map(results.map(({ nodeId, key, recipe }) => [nodeId, { nodeId, key, recipe }]));
  return [
    ...(byKey.size > 0 ? [computedPart([...byKey.values()])] : []),
    ...(reused.length > 0 ? [Prisma.sql`used AS (UPDATE "Result" SET "usedAt" = now() FROM run WHERE key = ANY(${reused}::text[]))`] : []),
    ...(byNode.size > 0 ? [lastPart([...byNode.values()])] : []),
  ];
}

function computedPart(rows: readonly object[]): Prisma.Sql {
  return Prisma.sql`computed AS (
    INSERT INTO "Result" (key, type, recipe, outputs, frames, notices, seconds)
    SELECT key, type, recipe, outputs, frames, notices, seconds
    FROM run, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(key text, type text, recipe jsonb, outputs jsonb, frames jsonb, notices jsonb, seconds float8)
    ON CONFLICT (key) DO UPDATE
      SET outputs = excluded.outputs, frames = excluded.frames, notices = excluded.notices, seconds = excluded.seconds, "usedAt" = now(), "evictedAt" = NULL)`;
}

function lastPart(rows: readonly object[]): Prisma.Sql {
  return Prisma.sql`remembered AS (
    INSERT INTO "LastRecipe" ("workflowId", "nodeId", key, recipe)
    SELECT "workflowId", "nodeId", key, recipe
    FROM run, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r("nodeId" text, key text, recipe jsonb)
    WHERE purpose <> 'probe'
    ON CONFLICT ("workflowId", "nodeId") DO UPDATE SET key = excluded.key, recipe = excluded.recipe WHERE "LastRecipe".key <> excluded.key)`;
}

/** Forgets tensors of steps that are not kept any more. Takes effect with the transaction. */
export async function thinResults(tx: Queries, changes: readonly ThinnedResult[]): Promise<void> {
  for (const { key, thinned: steps } of changes) {
    const row = await tx.result.findUnique({ where: { key }, select: { frames: true } });
    const frames = z.array(frameSchema).safeParse(row?.frames);
    if (frames.success) await tx.result.update({ where: { key }, data: { frames: thinned(frames.data, steps) } });
  }
}
