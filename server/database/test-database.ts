/** A real database for a test file, as `npm start` makes it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "@/server/processes/root";
import { RunQueue } from "@/server/runs/run-queue";
import { installQueue } from "@/server/runs/run-queue-tables";
import { type Database, openDatabase } from "./client";
import { openEmbeddedDatabase } from "./embedded-database";
import { migrate } from "./migrations";

export interface TestDatabase {
  dataDir: string;
  url: string;
  db: Database;
  queue: RunQueue;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), "bifrost-test-"));
  const embedded = await openEmbeddedDatabase(dataDir, (error) => {
    throw error;
  });
  await migrate(embedded.url, join(root, "prisma", "migrations"));
  await installQueue(embedded.url);
  const db = openDatabase(embedded.url, 4);
  const queue = await RunQueue.open(embedded.url);
  return {
    dataDir,
    url: embedded.url,
    db,
    queue,
    async close() {
      await queue.close();
      await db.$disconnect();
      await embedded.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
