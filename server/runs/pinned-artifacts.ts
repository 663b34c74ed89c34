/** What the artifact store must keep, whatever room it takes. */
import type { Protection } from "@/server/artifacts/eviction";
import type { Database } from "@/server/database/client";

export interface Pins extends Protection {
  /** Those of `pinned` that are pictures somebody uploaded. */
  readonly uploads: ReadonlySet<string>;
}

/**
 * Everything that runs somebody keeps, and runs that have not ended, name in their events; the pictures that stand for
 * runs, and for workflows that are not deleted; and every uploaded picture a stored graph names, be it in an old version
 * or a deleted workflow: those come back as they were, and nothing could compute an upload again.
 */
export async function readPins(db: Database): Promise<Pins> {
  // One statement, so that a run that goes from waiting to running meanwhile is seen as one of both.
  const rows = await db.$queryRaw<{ hash: string | null; upload: boolean; since: Date | null }[]>`
    WITH kept AS (SELECT id FROM "Run" WHERE pinned OR status IN ('queued', 'running', 'paused'))
    SELECT named.hash #>> '{}' AS hash, false AS upload, NULL::timestamptz AS since
      FROM "RunEvent" e JOIN kept ON kept.id = e."runId", jsonb_path_query(e.data, '$.**.hash') AS named(hash)
    UNION SELECT picture, false, NULL FROM "Run" WHERE picture IS NOT NULL
    UNION SELECT picture, false, NULL FROM "Workflow" WHERE picture IS NOT NULL AND "deletedAt" IS NULL
    UNION SELECT picture.hash #>> '{}', true, NULL FROM (
        SELECT graph FROM "WorkflowVersion" UNION ALL SELECT graph FROM "Workflow" UNION ALL SELECT graph FROM "Preset" UNION ALL SELECT graph FROM "Run"
      ) graphs, LATERAL (
        SELECT jsonb_path_query(graph, '$.nodes[*].params.*.hash') UNION ALL SELECT jsonb_path_query(graph, '$.nodes[*].sweeps.*.values[*].hash')
      ) AS picture(hash)
    UNION ALL SELECT NULL, false, min("startedAt") FROM "Run" WHERE status = 'running'`;
  const hashes = (wanted: typeof rows) => new Set(wanted.flatMap(({ hash }) => hash ?? []));
  const since = rows.find((row) => row.since !== null)?.since ?? null;
  return { pinned: hashes(rows), uploads: hashes(rows.filter(({ upload }) => upload)), since: since && since.getTime() };
}
