/** How much memory this process takes, seen by itself. */
import { readFileSync } from "node:fs";

export interface MemoryUse {
  /** Resident bytes, mapped weights among them. */
  readonly resident: number;
  /** Of them, what only ending the process gives back: pages of mapped files the system drops by itself when memory is short. */
  readonly own: number;
}

/** Where the system does not tell mapped pages apart (anywhere but on Linux), all of it counts as the process's own. */
export function memoryUse(): MemoryUse {
  const resident = process.memoryUsage.rss();
  if (process.platform !== "linux") return { resident, own: resident };
  const mapped = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return { resident, own: Math.max(0, resident - Number(mapped ?? 0) * 1024) };
}
