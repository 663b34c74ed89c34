/** Settings from the environment, checked before anything starts. */
import { totalmem } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { parseBytes } from "./byte-size";

/** An empty variable counts as unset: that is how shells and .env files clear one. */
const text = z.preprocess((value) => (value === "" ? undefined : value), z.string().trim().min(1).optional());

/** The comment keeps the build from taking every file of the project for a part of the site. */
const folder = (fallback: string) => text.transform((value) => resolve(/* turbopackIgnore: true */ value ?? fallback));

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, min: 60, h: 3600 };

/** "90", "90 s", "30 min" or "2 h" in seconds; null when it is none of these, or no time at all. */
function readDuration(said: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(s|min|h)?$/.exec(said) ?? [];
  const seconds = Number(number) * (unitSeconds[unit ?? ""] ?? Number.NaN);
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}

/** What a container may use, where that is less than the computer has. */
const computerMemory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/** Null when it is not set. */
const memory = () =>
  text.transform((value, context) => {
    if (value === undefined) return null;
    const bytes = parseBytes(value);
    if (bytes !== null) return bytes;
    context.addIssue({ code: "custom", message: "should be an amount of memory, such as 8 GB" });
    return z.NEVER;
  });

const defaultFramesLimit = 2e9;
const defaultStoreLimit = 10e9;
/** Below this not even one run's steps have room. */
const leastStoreLimit = 10e6;

const environmentSchema = z.object({
  PORT: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.coerce.number({ error: "should be a number from 0 to 65535" }).pipe(z.int().min(0).max(65535)).default(3000),
  ),
  HOST: text.transform((value) => value ?? "127.0.0.1"),
  DATA_DIR: folder("data"),
  CHECKPOINT_DIR: folder("models/mini"),
  DATABASE_URL: z
    .preprocess((value) => (value === "" ? undefined : value), z.string().regex(/^postgres(ql)?:\/\//, "should start with postgresql://").optional()),
  ALLOWED_HOSTS: text.transform((value) => (value ? value.split(",").map((host) => host.trim().toLowerCase()) : [])),
  WORKER_CONCURRENCY: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.coerce.number({ error: "should be a whole number from 1 to 16" }).pipe(z.int("should be a whole number from 1 to 16").min(1, "should be at least 1").max(16, "should be at most 16")).default(1),
  ),
  RUN_TIME_LIMIT: text.transform((value, context) => {
    if (value === undefined) return null;
    const seconds = readDuration(value);
    if (seconds === null) context.addIssue("should be a time such as 90, 90 s, 30 min or 2 h");
    return seconds;
  }),
  BIFROST_PROVIDER: z.preprocess((value) => (value === "" ? undefined : value), z.enum(["cpu", "cuda", "webgpu"]).default("cpu")),
  SESSION_MEMORY: memory(),
  RUN_MEMORY_LIMIT: memory(),
  RUN_FRAMES_LIMIT: text.transform((value, context) => {
    const bytes = value === undefined ? defaultFramesLimit : parseBytes(value);
    if (bytes !== null) return bytes;
    context.addIssue({ code: "custom", message: "should be a size such as 2 GB, or 0" });
    return z.NEVER;
  }),
  STORE_LIMIT: text.transform((value, context) => {
    const bytes = value === undefined ? defaultStoreLimit : parseBytes(value);
    if (bytes !== null && bytes >= leastStoreLimit) return bytes;
    context.addIssue({ code: "custom", message: "should be a size of 10 MB or more, such as 10 GB" });
    return z.NEVER;
  }),
});

export interface Settings {
  /** 0 lets the system choose. */
  port: number;
  /** The address the site listens on: loopback unless somebody decides otherwise. */
  host: string;
  /** Absolute; holds the database, artifacts, the cache and this machine's identity. */
  dataDir: string;
  /** Absolute; the pipeline's folder (see models/checkpoints/pipeline.ts). */
  checkpointDir: string;
  /** A Postgres of one's own; the embedded one when undefined. */
  databaseUrl: string | undefined;
  /** Further names this site may be called by, behind a reverse proxy say. */
  allowedHosts: readonly string[];
  /** How many runs the worker computes at a time, each in a process of its own. */
  workerConcurrency: number;
  /** Longest computing time of a run in seconds; none when null. */
  runTimeLimit: number | null;
  /** The ONNX Runtime execution provider asked for. */
  provider: "cpu" | "cuda" | "webgpu";
  /** Bytes that the models one runner has loaded may take together, by estimate, before the least recently used are let go. */
  sessionMemory: number;
  /** Bytes at which a run is ended because its process takes too much memory; 0 for never. */
  runMemoryLimit: number;
  /** Bytes that the tensors of one run's steps may take before they are thinned; 0 keeps none. */
  runFramesLimit: number;
  /** Bytes the artifact store may hold before the results used longest ago make room. */
  storeLimit: number;
}

/** A setting is wrong; the message names the variable and what it should be. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const said = parsed.error.issues.map(({ path, message }) => `${path.join(".")} is “${environment[String(path[0])] ?? ""}”: ${message}.`);
    throw new SettingsError(said.join("\n"));
  }
  const { PORT, HOST, DATA_DIR, CHECKPOINT_DIR, DATABASE_URL, ALLOWED_HOSTS, WORKER_CONCURRENCY, RUN_TIME_LIMIT, BIFROST_PROVIDER, SESSION_MEMORY, RUN_MEMORY_LIMIT, RUN_FRAMES_LIMIT, STORE_LIMIT } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    dataDir: DATA_DIR,
    checkpointDir: CHECKPOINT_DIR,
    databaseUrl: DATABASE_URL,
    allowedHosts: ALLOWED_HOSTS,
    workerConcurrency: WORKER_CONCURRENCY,
    runTimeLimit: RUN_TIME_LIMIT,
    provider: BIFROST_PROVIDER,
    // Runs that are computed at a time share what there is: each has a process with models of its own.
    sessionMemory: Math.floor((SESSION_MEMORY ?? computerMemory * 0.5) / WORKER_CONCURRENCY),
    runMemoryLimit: RUN_MEMORY_LIMIT ?? Math.floor((computerMemory * 0.9) / WORKER_CONCURRENCY),
    runFramesLimit: RUN_FRAMES_LIMIT,
    storeLimit: STORE_LIMIT,
  };
}
