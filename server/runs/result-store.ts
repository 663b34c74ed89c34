/** Results by key, and what each node of a workflow was last made from (docs/decisions/0012). */
import { z } from "zod";
import { type Recipe, recipeSchema } from "@/nodes/recipe";
import { frameSchema, outputSchema, type Output, type StoredFrame, thinned } from "@/nodes/run-events";
import type { ArtifactStore } from "@/server/artifacts/store";
import type { Database, Queries } from "@/server/database/client";
import type { RunPurpose } from "@/server/database/generated/client";
import type { KeyedRecipe, Memory, StoredResult } from "@/server/engine/resolve";

/** A node of a run that was computed just now, or whose result was reused: then `computed` is absent. */
export interface NodeResult {
  readonly nodeId: string;
  readonly key: string;
  readonly recipe: Recipe;
  readonly computed?: { readonly outputs: Record<string, Output>; readonly frames: readonly StoredFrame[]; readonly notices: readonly string[]; readonly seconds: number };
}

/** Steps of a result that was computed before whose tensors are not kept any more. */
export interface ThinnedResult {
  readonly key: string;
  readonly thinned: readonly number[];
}

export type ResultChange = NodeResult | ThinnedResult;

const rowSchema = z.object({ key: z.string(), outputs: z.record(z.string(), outputSchema), frames: z.array(frameSchema), notices: z.array(z.string()), seconds: z.number() });

/** Results with these keys. One that another version stored and this one cannot read is as good as none. */
export async function findResults(db: Queries, store: ArtifactStore, keys: readonly string[]): Promise<Map<string, StoredResult>> {
  if (keys.length === 0) return new Map();
  const rows = await db.result.findMany({ where: { key: { in: [...keys] } }, select: { key: true, outputs: true, frames: true, notices: true, seconds: true } });
  const found = await Promise.all(rows.map(async (row): Promise<[string, StoredResult] | null> => {
    const { data } = rowSchema.safeParse(row);
    if (!data) return null;
    const { key, ...result } = data;
    return [key, { ...result, present: await arePresent(store, Object.values(result.outputs)) }];
  }));
  return new Map(found.filter((entry) => entry !== null));
}

async function arePresent(store: ArtifactStore, outputs: readonly Output[]): Promise<boolean> {
  const artifacts = outputs.flatMap(({ tensors, picture }) => (picture ? [tensors, picture] : [tensors]));
  // In this order: what is marked as used stays (see eviction.ts), so what is there now is there when it is read.
  await store.touch(artifacts);
  const there = await Promise.all(artifacts.map((artifact) => store.has(artifact, artifact.bytes)));
  return there.every(Boolean);
}

/** What a run of `workflowId` may reuse. */
export async function openMemory(db: Database, store: ArtifactStore, workflowId: string): Promise<Memory> {
  const rows = await db.lastRecipe.findMany({ where: { workflowId }, select: { nodeId: true, key: true, recipe: true } });
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
export async function keepResults(tx: Queries, owner: ResultOwner, changes: readonly ResultChange[]): Promise<void> {
  await keepNew(tx, owner, changes.filter((change) => "nodeId" in change));
  for (const change of changes) if ("thinned" in change) await thinResult(tx, change);
}

async function thinResult(tx: Queries, { key, thinned: steps }: ThinnedResult): Promise<void> {
  const row = await tx.result.findUnique({ where: { key }, select: { frames: true } });
  const frames = z.array(frameSchema).safeParse(row?.frames);
  if (frames.success) await tx.result.update({ where: { key }, data: { frames: thinned(frames.data, steps) } });
}

async function keepNew(tx: Queries, { workflowId, purpose }: ResultOwner, results: readonly NodeResult[]): Promise<void> {
  if (results.length === 0) return;
  const byKey = new Map(results.flatMap((result) => (result.computed ? [[result.key, { key: result.key, type: result.recipe.type, recipe: result.recipe, ...result.computed }] as const] : [])));
  if (byKey.size > 0) {
    await tx.$executeRaw`
      INSERT INTO "Result" (key, type, recipe, outputs, frames, notices, seconds)
      SELECT key, type, recipe, outputs, frames, notices, seconds
      FROM jsonb_to_recordset(${JSON.stringify([...byKey.values()])}::jsonb)
        AS r(key text, type text, recipe jsonb, outputs jsonb, frames jsonb, notices jsonb, seconds float8)
      ON CONFLICT (key) DO UPDATE
        SET outputs = excluded.outputs, frames = excluded.frames, notices = excluded.notices, seconds = excluded.seconds, "usedAt" = now(), "evictedAt" = NULL`;
  }
  const reused = [...new Set(results.filter(({ computed }) => !computed).map(({ key }) => key))];
  if (reused.length > 0) await tx.result.updateMany({ where: { key: { in: reused } }, data: { usedAt: new Date() } });
  if (purpose === "probe") return;
  const byNode = new Map(results.map(({ nodeId, key, recipe }) => [nodeId, { nodeId, key, recipe }]));
  await tx.$executeRaw`
    INSERT INTO "LastRecipe" ("workflowId", "nodeId", key, recipe)
    SELECT ${workflowId}, "nodeId", key, recipe
    FROM jsonb_to_recordset(${JSON.stringify([...byNode.values()])}::jsonb) AS r("nodeId" text, key text, recipe jsonb)
    ON CONFLICT ("workflowId", "nodeId") DO UPDATE SET key = excluded.key, recipe = excluded.recipe`;
}
