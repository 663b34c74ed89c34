/** A Postgres inside this process (PGlite), for other processes to connect to. */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { makeDirectories } from "@/models/directories";
import { takeLock } from "@/server/processes/instance-lock";
import { openPostgresSocket } from "./postgres-socket";
import { socketPath, socketUrl } from "./socket-path";

export interface EmbeddedDatabase {
  /** A postgresql:// address. */
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the database below `dataDir`, making it when there is none. `onFatal` is called when Postgres itself breaks down
 * (a full disk while it writes its log, say): nothing works until it is opened anew, which replays the log.
 */
export async function openEmbeddedDatabase(dataDir: string, onFatal: (error: unknown) => void): Promise<EmbeddedDatabase> {
  makeDirectories(dataDir);
  // Two processes on one database would destroy it. A killed launcher's database may need a moment to notice.
  const lock = await takeLock(join(dataDir, "database.lock"), 20_000);
  const db = await PGlite.create({ dataDir: join(dataDir, "database") });
  const path = process.platform === "win32" ? null : socketPath(dataDir);
  // Left behind by a killed process; the lock says that nobody listens on it.
  if (path !== null) rmSync(path, { force: true });
  const socket = await openPostgresSocket(db, path === null ? { host: "127.0.0.1", port: loopbackPort(dataDir) } : { path }, onFatal);
  return {
    url: path === null ? `postgresql://postgres@127.0.0.1:${socket.port}/postgres` : socketUrl(path),
    async close() {
      await socket.close();
      // Writes a checkpoint.
      await db.close();
      lock.release();
    },
  };
}

/** Windows has no such sockets. The same port every time, so that clients find a database that was opened anew. */
function loopbackPort(dataDir: string): number {
  return 20_000 + (createHash("sha256").update(dataDir).digest().readUInt16BE(0) % 20_000);
}
