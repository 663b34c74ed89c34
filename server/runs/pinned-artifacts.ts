/** What the artifact store must keep, whatever room it takes. */
import type { Protection } from "@/server/artifacts/eviction";
import type { Database } from "@/server/database/client";
import { Prisma } from "@/server/database/generated/client";
import { savedNodes } from "./named-artifacts";

export interface Pins extends Protection {
  /** Those of `pinned` that are pictures somebody uploaded. */
  readonly uploads: ReadonlySet<string>;
}

/**
 * Everything that runs somebody keeps, and runs that have not ended, name in their events; the pictures that stand for
 * runs, and for workflows that are not deleted; and every uploaded picture and saved tensor a stored graph names, be it
 * in an old version or a deleted workflow: those come back as they were, and nothing could compute an upload again.
 */
export async function readPins(db: Database): Promise<Pins> {
  const [{ hashes, since, letGo }, { uploads, tensors }] = [await readKept(db), await readNamed(db)];
  const pinned = new Set([...hashes, ...uploads, ...tensors]);
  return { pinned, uploads, since, letGo: new Set(letGo.filter((hash) => !pinned.has(hash))) };
}

async function readKept(db: Database): Promise<{ hashes: string[]; letGo: string[]; since: number | null }> {
  // One statement, so that a run that goes from waiting to running meanwhile is seen as one of both.
  // Steps whose tensors were let go after the event of the step; that of a later attempt keeps its own.
  const rows = await db.$queryRaw<{ hash: string | null; kept: boolean; since: Date | null }[]>`
    WITH kept AS (SELECT id FROM "Run" WHERE pinned OR status IN ('queued', 'running', 'paused')),
    event AS (SELECT e."runId", e.seq, e.data, e.data ->> 'type' AS type, e.data ->> 'nodeId' AS node FROM "RunEvent" e JOIN kept ON kept.id = e."runId"),
    thinned AS (
      SELECT "runId", node, step::int AS step, max(seq) AS seq FROM event, jsonb_array_elements_text(data -> 'steps') AS steps(step)
      WHERE type = 'frames-thinned' GROUP BY 1, 2, 3),
    frame AS (
      SELECT e.data -> 'frame' AS data, t.seq IS NULL AS kept FROM event e
      LEFT JOIN thinned t ON t."runId" = e."runId" AND t.node = e.node AND t.step = (e.data -> 'frame' ->> 'step')::int AND t.seq > e.seq
      WHERE e.type = 'frame')
    SELECT named.hash #>> '{}' AS hash, true AS kept, NULL::timestamptz AS since FROM event, jsonb_path_query(data, '$.**.hash') AS named(hash) WHERE type <> 'frame'
    UNION SELECT data #>> '{preview,hash}', true, NULL FROM frame
    UNION SELECT data #>> '{tensors,hash}', kept, NULL FROM frame
    UNION SELECT picture, true, NULL FROM "Run" WHERE picture IS NOT NULL
    UNION SELECT picture, true, NULL FROM "Workflow" WHERE picture IS NOT NULL AND "deletedAt" IS NULL
    UNION ALL SELECT NULL, true, min("startedAt") FROM "Run" WHERE status = 'running'`;
  const since = rows.find((row) => row.since !== null)?.since ?? null;
  const hashes = (kept: boolean) => rows.flatMap((row) => (row.kept === kept && row.hash !== null ? [row.hash] : []));
  return { hashes: hashes(true), letGo: hashes(false), since: since && since.getTime() };
}

/** Graphs read at a time: an embedded database does nothing else meanwhile. */
const pageSize = 300;

interface NamedInGraphs {
  readonly uploads: Set<string>;
  /** Of Saved Latents and Saved Patches. */
  readonly tensors: Set<string>;
}

interface Row {
  readonly uploads: string[];
  readonly tensors: string[];
}

/**
 * A picture a graph is given while this reads page by page is either new in the store, and stays for being new, or
 * another stored graph named it before. A saved tensor is as safe: its
 * node shows what the file holds, and being looked at counts as use.
 */
async function readNamed(db: Database): Promise<NamedInGraphs> {
  const found: NamedInGraphs = { uploads: new Set(), tensors: new Set() };
  const named = (path: string, sweptPath: string) =>
    Prisma.sql`ARRAY(SELECT hash #>> '{}' FROM (SELECT jsonb_path_query(graph, ${path}::jsonpath) UNION ALL SELECT jsonb_path_query(graph, ${sweptPath}::jsonpath)) AS named(hash))`;
  const columns = Prisma.sql`${named("$.nodes[*].params.*.hash", "$.nodes[*].sweeps.*.values[*].hash")} AS uploads, ${named(`${savedNodes}.params.tensors ? (@ != "")`, `${savedNodes}.sweeps.tensors.values[*]`)} AS tensors`;
  const take = (row: Row) => {
    for (const hash of row.uploads) found.uploads.add(hash);
    for (const hash of row.tensors) found.tensors.add(hash);
  };
  for (const table of ["Run", "Workflow", "Preset"].map((name) => Prisma.raw(`"${name}"`))) {
    for (let after = ""; ; ) {
      const page = await db.$queryRaw<({ id: string } & Row)[]>`SELECT id, ${columns} FROM ${table} WHERE id > ${after} ORDER BY id LIMIT ${pageSize}`;
      page.forEach(take);
      if (page.length < pageSize) break;
      after = page.at(-1)!.id;
    }
  }
  for (let [id, version] = ["", 0]; ; ) {
    const page = await db.$queryRaw<({ workflowId: string; version: number } & Row)[]>`
      SELECT "workflowId", version, ${columns} FROM "WorkflowVersion" WHERE ("workflowId", version) > (${id}, ${version}) ORDER BY "workflowId", version LIMIT ${pageSize}`;
    page.forEach(take);
    if (page.length < pageSize) return found;
    ({ workflowId: id, version } = page.at(-1)!);
  }
}
