/** What a worker says about itself while it lives, and what the site shows of it. */
import { z } from "zod";
import { said, saidMessage } from "@/models/said";
import type { NumericEnvironment } from "@/nodes/recipe";
import { saidMessageSchema } from "@/nodes/said-schema";
import packageJson from "@/package.json";
import type { KnownWords, ModelComponent, SystemStatus } from "@/server/api/contract";
import type { Database } from "@/server/database/client";
import { Prisma } from "@/server/database/generated/client";
import type { Settings } from "@/server/settings";
import { isQueuePaused } from "./queue-state";

const componentSchema = z.object({
  id: z.string(),
  title: z.string(),
  architecture: z.string(),
  parameters: z.number(),
  bytes: z.number(),
  dtype: z.string(),
  files: z.array(z.string()),
  problem: saidMessageSchema.nullable(),
}) satisfies z.ZodType<ModelComponent>;

const list = z.array(z.string()).optional();
const wordsSchema = z.object({ objects: list, colors: list, sizes: list, counts: list, relations: list, backgrounds: list }).default({});

export const workerStatusSchema = z.object({
  provider: z.enum(["cpu", "cuda", "webgpu"]),
  /** The processor or accelerator by name. */
  device: z.string(),
  cores: z.int().nullable().default(null),
  checkpoint: z.union([z.object({ name: z.string(), parameters: z.number(), bytes: z.number(), patchGrid: z.int().nullable().default(null) }), z.object({ problem: saidMessageSchema })]),
  /** The checkpoint's parts; it lies where the worker is, which may not be where the site is. */
  components: z.array(componentSchema),
  words: wordsSchema,
  memory: z.object({ limit: z.number(), resident: z.number(), decoderPixel: z.number(), samplerToken: z.number(), textTokens: z.number() }).nullable().default(null),
  /** What its results are computed with; null while the checkpoint cannot be opened. */
  environment: z.object({ checkpoint: z.string(), numericMode: z.string() }).nullable().default(null),
  busy: z.boolean(),
});
export type WorkerStatus = z.infer<typeof workerStatusSchema>;

/** A worker writes its heartbeat this often … */
export const heartbeatMs = 2_000;
/** … and counts as dead after this long without one; its run is then anybody's to resume. */
export const leaseSeconds = 15;

/**
 * SQL: whether the worker `w` lives. A heartbeat from the future was written before the database's clock was set back;
 * a worker that lives writes a new one soon, one that died must not hold its run until that time comes again.
 */
export const isAlive = Prisma.sql`w."heartbeatAt" BETWEEN now() - make_interval(secs => ${leaseSeconds}) AND now() + make_interval(secs => ${leaseSeconds})`;

/** A worker that was longer without a heartbeat may have been without a database, and the others with it. */
const steadySeconds = leaseSeconds / 2;
const isSteady = Prisma.sql`w."heartbeatAt" BETWEEN now() - make_interval(secs => ${steadySeconds}) AND now() + make_interval(secs => ${leaseSeconds})`;

/**
 * SQL: whether the worker `w` may say of others that they are dead. After an outage of the database nobody has a heartbeat;
 * by the time it was steady for a whole lease, everybody has had the time for one.
 */
export const mayJudge = Prisma.sql`(${isSteady} AND w."steadySince" <= now() - make_interval(secs => ${leaseSeconds}))`;

/** Says that a worker lives, by the database's clock. */
export async function heartbeat(db: Database, workerId: string, status: WorkerStatus): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Worker" AS w (id, "heartbeatAt", "steadySince", status) VALUES (${workerId}, now(), now(), ${JSON.stringify(status)}::jsonb)
    ON CONFLICT (id) DO UPDATE SET "heartbeatAt" = excluded."heartbeatAt", status = excluded.status,
      "steadySince" = CASE WHEN ${isSteady} THEN w."steadySince" ELSE excluded."steadySince" END`;
}

export async function readStatus(db: Database, settings: Settings): Promise<SystemStatus> {
  const [rows, queued, queuePaused] = await Promise.all([
    db.$queryRaw<{ status: unknown }[]>`
      SELECT status FROM "Worker" w WHERE ${isAlive} ORDER BY "heartbeatAt" DESC`,
    db.run.count({ where: { status: "queued", purpose: "run" } }),
    isQueuePaused(db),
  ]);
  const workers = rows.map((row) => workerStatusSchema.parse(row.status));
  const shown = workers[0];
  return {
    version: packageJson.version,
    provider: shown?.provider ?? settings.provider,
    device: shown?.device ?? "",
    cores: shown?.cores ?? null,
    checkpoint: shown?.checkpoint ?? { problem: saidMessage(said("No worker is running that could say.")) },
    memory: shown?.memory ?? null,
    worker: shown ? (workers.some((worker) => worker.busy) ? "busy" : "ready") : "absent",
    queued,
    queuePaused,
    dataDir: settings.dataDir,
  };
}

/** What results are computed with now; null when no worker lives that could say. */
export async function readEnvironment(db: Database): Promise<NumericEnvironment | null> {
  const rows = await db.$queryRaw<{ status: unknown }[]>`SELECT status FROM "Worker" w WHERE ${isAlive} ORDER BY "heartbeatAt" DESC LIMIT 1`;
  return rows[0] ? workerStatusSchema.parse(rows[0].status).environment : null;
}

export async function readWords(db: Database): Promise<KnownWords> {
  return (await lastStatus(db))?.words ?? {};
}

/** The parts of the checkpoint as the worker seen last found them; empty before there ever was one. */
export async function readComponents(db: Database): Promise<ModelComponent[]> {
  return (await lastStatus(db))?.components ?? [];
}

async function lastStatus(db: Database): Promise<WorkerStatus | null> {
  const row = await db.worker.findFirst({ orderBy: { heartbeatAt: "desc" } });
  return row && workerStatusSchema.parse(row.status);
}
