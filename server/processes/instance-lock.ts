/** A lock file held by a living process. One left behind by a dead process is taken over. */
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const holderSchema = z.object({ pid: z.number(), started: z.string(), host: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Somebody else holds the lock. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  constructor(
    readonly path: string,
    /** 0 when the holder is on another computer or just starting. */
    readonly pid: number,
  ) {
    super(`${path} is held by ${pid > 0 ? `process ${pid}` : "another computer"}.`);
  }
}

export interface InstanceLock {
  release(): void;
}

/** Holders on another computer (or in another container) cannot be looked at; they touch the file this often instead. */
const touchMs = 5_000;
const silentMs = 20_000;

/** Takes the lock at `path`, waiting up to `waitMs` for its holder to let go. Throws a LockedError, or the file system's error. */
export async function takeLock(path: string, waitMs = 0): Promise<InstanceLock> {
  const own: Holder = { pid: process.pid, started: processStart(process.pid), host: hostname() };
  const content = JSON.stringify(own);
  const giveUp = performance.now() + waitMs;
  for (;;) {
    if (create(path, content)) return hold(path, content);
    const found = read(path);
    if (found === null) continue;
    const holder = parse(found.content);
    if (!isAlive(holder, found.modified)) {
      dismiss(path, found.content);
      continue;
    }
    if (performance.now() >= giveUp) throw new LockedError(path, holder?.host === own.host ? holder.pid : 0);
    await sleep(50);
  }
}

function hold(path: string, content: string): InstanceLock {
  const touching = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // A full or unmounted disk shows where it matters; the lock itself is held by this process being alive.
    }
  }, touchMs).unref();
  return {
    release() {
      clearInterval(touching);
      if (read(path)?.content === content) rmSync(path, { force: true });
    },
  };
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): { content: string; modified: number } | null {
  try {
    return { content: readFileSync(path, "utf8"), modified: statSync(path).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function parse(content: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

function isAlive(holder: Holder | null, modified: number): boolean {
  // Nothing readable: its writer is just writing it, or died doing so.
  if (!holder) return isRecent(modified, 2_000);
  if (holder.host !== hostname()) return isRecent(modified, silentMs);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // The number may have gone to another process since.
  return processStart(holder.pid) === holder.started;
}

/** A time to come is one from before the clock was set back: a holder that lives touches its file again. */
function isRecent(modified: number, ms: number): boolean {
  return Math.abs(Date.now() - modified) < ms;
}

/** Moves a dead holder's file away. When another process took the lock over in this moment, its file is put back. */
function dismiss(path: string, content: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") === content) rmSync(aside);
    else renameSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Tells a process from a later one of the same number; empty where the system does not say. */
function processStart(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The second field may hold spaces and parentheses; start time is the 20th after it.
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
    return `${boot}:${afterName.split(" ")[19]}`;
  } catch {
    return "";
  }
}
