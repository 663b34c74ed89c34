/** What must hold before anything starts, each with words for when it does not. */
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { makeDirectories } from "@/models/directories";
import type { Settings } from "@/server/settings";
import { type InstanceLock, LockedError, takeLock } from "./instance-lock";

/** The program cannot start here; the message says why and what to do. */
export class StartProblem extends Error {
  override readonly name = "StartProblem";
}

export function describeStartProblem(error: unknown): string {
  return `Bifrost Studio cannot start. ${error instanceof Error ? error.message : String(error)}`;
}

/** Makes the data folder and writes to it once. */
export function checkDataDir(dataDir: string): void {
  const probe = join(dataDir, `.probe-${randomUUID()}`);
  try {
    makeDirectories(dataDir);
    writeFileSync(probe, "x");
    rmSync(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOSPC" ? "its disk is full" : code === "EROFS" ? "it is on a read-only disk" : code === "EACCES" ? "this user may not write there" : code;
    throw new StartProblem(`The data folder ${dataDir} cannot be written to: ${why}. Mend that, or choose another one: DATA_DIR=/path npm start`);
  }
}

/** One instance per data folder. */
export async function lockDataDir(dataDir: string): Promise<InstanceLock> {
  try {
    return await takeLock(join(dataDir, "instance.lock"));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const holder = error.pid > 0 ? `process ${error.pid}` : "a process on another computer";
    throw new StartProblem(`The data folder ${dataDir} is in use by another Bifrost Studio (${holder}). Stop that one, or choose another folder: DATA_DIR=/path npm start`);
  }
}

/** Somebody else's server on the port is better noticed before building than after. */
export async function checkPort({ host, port }: Settings): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new StartProblem(`Port ${port} on ${host} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`);
    if (code === "EACCES") throw new StartProblem(`Port ${port} needs administrator rights. Choose one above 1023: PORT=3000 npm start`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") throw new StartProblem(`HOST is ${host}, which is no address of this computer. Leave HOST unset for 127.0.0.1.`);
    throw new StartProblem(`${host}:${port} cannot be listened on: ${message}.`);
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
