/** A Postgres inside this process (PGlite), for other processes to connect to. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { makeDirectories } from "@/server/directories";
import { takeLock } from "@/server/processes/instance-lock";
import { socketPath, socketUrl } from "./socket-path";

/** Every query waits for the one before, so connections cost little; this bounds a leak. */
const maxConnections = 64;

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
  guard(db, onFatal);
  const listen = process.platform === "win32" ? { host: "127.0.0.1", port: 0 } : { path: socketPath(dataDir) };
  if (listen.path) rmSync(listen.path, { force: true });
  const server = new PGLiteSocketServer({ db, ...listen, maxConnections });
  await server.start();
  return {
    url: listen.path ? socketUrl(listen.path) : `postgresql://postgres@${server.getServerConn()}/postgres`,
    async close() {
      await server.stop();
      // Waits for the statement being executed, then writes a checkpoint.
      await db.close();
      lock.release();
    },
  };
}

/** An SQL error is an answer; something thrown is the end of the WebAssembly instance, which the socket server would sit out. */
function guard(db: PGlite, onFatal: (error: unknown) => void): void {
  const execute = db.execProtocolRawStream.bind(db);
  db.execProtocolRawStream = async (...args: Parameters<typeof execute>) => {
    try {
      return await execute(...args);
    } catch (error) {
      if (!db.closed) onFatal(error);
      throw error;
    }
  };
}
