/** The database of a data folder for a command in the terminal, whether the studio is running or not. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Database, lastLine, openDatabase } from "@/server/database/client";
import { openEmbeddedDatabase } from "@/server/database/embedded-database";
import { migrate } from "@/server/database/migrations";
import { socketPath, socketUrl } from "@/server/database/socket-path";
import { type InstanceLock, LockedError, takeLock } from "@/server/processes/instance-lock";
import { root } from "@/server/processes/root";
import type { Settings } from "@/server/settings";
import { CommandError } from "./command-error";

const migrations = join(root, "prisma", "migrations");
/** How long the database of a studio that is just starting is waited for. */
const startingMs = 20_000;

/**
 * Calls `work` with the database of `settings`, and null where there is none yet. While the studio runs, its own database
 * process is asked; otherwise the embedded database is opened here, and the studio cannot start meanwhile. Throws a
 * CommandError when somebody else has it and does not answer, or when it is of another version.
 */
export async function withDatabase<T>(settings: Settings, work: (db: Database | null) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = settings;
  if (databaseUrl !== undefined) return connected(databaseUrl, work, 0);
  if (!existsSync(join(dataDir, "database"))) return work(null);
  const lock = await lockUnlessRunning(dataDir);
  if (lock === null) return connected(runningUrl(dataDir), work, startingMs);
  try {
    const embedded = await openEmbeddedDatabase(dataDir, (error) => {
      process.stderr.write(`bifrost: The database broke down: ${lastLine(error)}\n`);
      process.exit(1);
    }).catch((error: unknown) => {
      throw new CommandError(`The database in ${dataDir} does not open: ${lastLine(error)} If another program uses this folder, stop it first.`);
    });
    try {
      await migrate(embedded.url, migrations).catch((error: unknown) => {
        throw new CommandError(lastLine(error));
      });
      return await connected(embedded.url, work, 0);
    } finally {
      await embedded.close();
    }
  } finally {
    lock.release();
  }
}

/** Null while a studio holds the folder. */
async function lockUnlessRunning(dataDir: string): Promise<InstanceLock | null> {
  try {
    return await takeLock(join(dataDir, "instance.lock"));
  } catch (error) {
    if (!(error instanceof LockedError)) throw new CommandError(`The data folder ${dataDir} cannot be used: ${lastLine(error)}`);
    if (error.pid === 0) throw new CommandError(`The data folder ${dataDir} is in use on another computer. Run this command there.`);
    return null;
  }
}

function runningUrl(dataDir: string): string {
  if (process.platform === "win32") throw new CommandError("Stop the studio first: on Windows this command cannot ask a running one.");
  return socketUrl(socketPath(dataDir));
}

async function connected<T>(url: string, work: (db: Database) => Promise<T>, patienceMs: number): Promise<T> {
  const db = openDatabase(url, 2);
  try {
    await requireAnswer(db, patienceMs);
    return await work(db);
  } finally {
    await db.$disconnect();
  }
}

/** A studio that is just starting has no database yet, and one of another version has other tables. */
async function requireAnswer(db: Database, patienceMs: number): Promise<void> {
  const giveUp = performance.now() + patienceMs;
  for (;;) {
    try {
      await db.$queryRaw`SELECT "evictedAt" FROM "Result" LIMIT 1`;
      return;
    } catch (error) {
      const said = lastLine(error);
      if (/does not exist|42P01|42703/.test(said)) throw new CommandError("The database was made by another version of this program. Stop the studio, start it once with this version, and try again.");
      if (performance.now() >= giveUp) throw new CommandError(`The database does not answer (${said}). Check DATABASE_URL; if the studio is just starting or stopping, try again in a moment.`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/**
 * Whether the worker of this data folder ever wrote to this database. A database that knows nothing of the folder cannot
 * say what of its files is pinned.
 */
export async function knowsFolder(db: Database, dataDir: string): Promise<boolean> {
  const id = await readFile(join(dataDir, "worker-id"), "utf8").catch(() => null);
  return id === null || (await db.worker.count({ where: { id } })) > 0;
}
