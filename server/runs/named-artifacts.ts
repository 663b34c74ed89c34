/** What stored results and graphs say about the files of the artifact store. */
import { z } from "zod";
import { type Artifact, artifactSchema } from "@/nodes/run-events";
import type { Database } from "@/server/database/client";

export interface NamedByResult {
  readonly key: string;
  /** The node type it is a result of. */
  readonly type: string;
  /** Some of its files had to make room: that they are not there is as it should be. */
  readonly evicted: boolean;
  readonly outputs: readonly Artifact[];
  /** Of its steps. */
  readonly frames: readonly Artifact[];
}

const rowSchema = z.object({ key: z.string(), type: z.string(), evicted: z.boolean(), outputs: z.array(artifactSchema), frames: z.array(artifactSchema) });
const pageSize = 500;

/** Every stored result, in pages. */
export async function* namedByResults(db: Database): AsyncGenerator<NamedByResult[], void> {
  for (let after = ""; ; ) {
    const rows = await db.$queryRaw<unknown[]>`
      SELECT key, type, "evictedAt" IS NOT NULL AS evicted,
        jsonb_path_query_array(outputs, '$.*.tensors') || jsonb_path_query_array(outputs, '$.*.picture ? (@ != null)') AS outputs,
        jsonb_path_query_array(frames, '$[*].tensors ? (@ != null)') || jsonb_path_query_array(frames, '$[*].preview ? (@ != null)') AS frames
      FROM "Result" WHERE key > ${after} ORDER BY key LIMIT ${pageSize}`;
    const page = rows.map((row) => rowSchema.parse(row));
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)!.key;
  }
}

/** A picture somebody uploaded, where a workflow that is not deleted or a preset asks for it. */
export interface NamedUpload {
  readonly hash: string;
  /** What the person called the file. */
  readonly name: string;
  /** Of the workflow or preset. */
  readonly where: string;
}

export async function namedUploads(db: Database): Promise<NamedUpload[]> {
  return db.$queryRaw<NamedUpload[]>`
    SELECT DISTINCT upload ->> 'hash' AS hash, coalesce(upload ->> 'name', '') AS name, named."where"
    FROM (SELECT graph, name AS "where" FROM "Workflow" WHERE "deletedAt" IS NULL UNION ALL SELECT graph, name FROM "Preset") named, LATERAL (
      SELECT jsonb_path_query(graph, '$.nodes[*].params.* ? (exists(@.hash))') UNION ALL SELECT jsonb_path_query(graph, '$.nodes[*].sweeps.*.values[*] ? (exists(@.hash))')
    ) AS picture(upload) ORDER BY 3, 2`;
}

/** The nodes that name a stored tensor in their param `tensors`, as a jsonpath within a graph. */
export const savedNodes = '$.nodes[*] ? (@.type == "saved-latents" || @.type == "saved-patches")';

/** A tensor somebody pinned, where a workflow that is not deleted or a preset asks for it. */
export interface NamedTensors {
  readonly hash: string;
  /** Where it was pinned, in words; may be empty. */
  readonly from: string;
  /** Of the workflow or preset. */
  readonly where: string;
}

export async function namedTensors(db: Database): Promise<NamedTensors[]> {
  return db.$queryRaw<NamedTensors[]>`
    SELECT DISTINCT node #>> '{params,tensors}' AS hash, coalesce(node #>> '{params,from}', '') AS "from", named."where"
    FROM (SELECT graph, name AS "where" FROM "Workflow" WHERE "deletedAt" IS NULL UNION ALL SELECT graph, name FROM "Preset") named,
      LATERAL jsonb_path_query(graph, ${savedNodes}::jsonpath) AS saved(node)
    WHERE node #>> '{params,tensors}' <> '' ORDER BY 3, 2`;
}

/** Notes that files of results have to make room: results that name one of these hashes are not complete any more. */
export async function markEvicted(db: Database, hashes: readonly string[]): Promise<void> {
  const gone = new Set(hashes);
  for await (const page of namedByResults(db)) {
    const keys = page.filter(({ evicted, outputs, frames }) => !evicted && [...outputs, ...frames].some(({ hash }) => gone.has(hash))).map(({ key }) => key);
    if (keys.length > 0) await db.result.updateMany({ where: { key: { in: keys } }, data: { evictedAt: new Date() } });
  }
}

/** Takes the note back from results whose files are all there again. */
export async function markComplete(db: Database, keys: readonly string[]): Promise<void> {
  await db.result.updateMany({ where: { key: { in: [...keys] } }, data: { evictedAt: null } });
}

/** Forgets results, so that their nodes are computed again. */
export async function removeResults(db: Database, keys: readonly string[]): Promise<number> {
  return (await db.result.deleteMany({ where: { key: { in: [...keys] } } })).count;
}
