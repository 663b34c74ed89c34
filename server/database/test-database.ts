/** A real database for a test file, as `npm start` makes it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "@/server/processes/instance-lock";
import { root } from "@/server/processes/root";
import { RunQueue } from "@/server/runs/run-queue";
import { installQueue } from "@/server/runs/run-queue-tables";
import { type Database, openDatabase } from "./client";
import { type EmbeddedDatabase, openEmbeddedDatabase } from "./embedded-database";
import { migrate } from "./migrations";

/** For hooks that open one: the very first has to make a Postgres cluster, which takes long on a busy machine. */
export const openingMs = 240_000;

export interface TestDatabase {
  dataDir: string;
  url: string;
  db: Database;
  queue: RunQueue;
  /** The database is away: connections break, and new ones are refused until it is opened again. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** An embedded database without tables. A copy of an empty one, so that only the first test ever has to wait for it. */
export async function openEmptyDatabase(dataDir: string): Promise<EmbeddedDatabase> {
  if (!existsSync(join(dataDir, "database"))) cpSync(await emptyCluster(), join(dataDir, "database"), { recursive: true });
  return openEmbeddedDatabase(dataDir, (error) => {
    throw error;
  });
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), "bifrost-test-"));
  let embedded = await openEmptyDatabase(dataDir);
  await migrate(embedded.url, join(root, "prisma", "migrations"));
  await installQueue(embedded.url);
  const db = openDatabase(embedded.url, 4);
  const queue = await RunQueue.open(embedded.url);
  return {
    dataDir,
    url: embedded.url,
    db,
    queue,
    goAway: () => embedded.close(),
    async comeBack() {
      embedded = await openEmptyDatabase(dataDir);
    },
    async close() {
      await queue.close();
      await db.$disconnect();
      await embedded.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function emptyCluster(): Promise<string> {
  const pglite = JSON.parse(readFileSync(join(root, "node_modules", "@electric-sql", "pglite", "package.json"), "utf8")) as { version: string };
  const cache = join(root, "node_modules", ".cache");
  const folder = join(cache, `empty-database-${pglite.version}`);
  mkdirSync(cache, { recursive: true });
  const lock = await takeLock(`${folder}.lock`, openingMs);
  try {
    if (!existsSync(folder)) {
      const made = mkdtempSync(join(cache, "making-"));
      const embedded = await openEmbeddedDatabase(made, (error) => {
        throw error;
      });
      await embedded.close();
      renameSync(join(made, "database"), folder);
      rmSync(made, { recursive: true });
    }
    return folder;
  } finally {
    lock.release();
  }
}
