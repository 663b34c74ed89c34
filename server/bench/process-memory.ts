/** Memory of processes as Linux counts it; nothing on other systems. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessMemory {
  readonly pid: number;
  readonly command: string;
  /** The largest resident size so far, in bytes. */
  readonly peakBytes: number;
  /** The resident size now, in bytes. */
  readonly residentBytes: number;
}

/** `pid` and everything below it, parents before children. */
export function processTree(pid: number): ProcessMemory[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const collect = (id: number): number[] => [id, ...(children.get(id) ?? []).flatMap(collect)];
  return collect(pid).flatMap((id) => memoryOf(id) ?? []);
}

/** Null when there is no such process any more. */
export function memoryOf(pid: number): ProcessMemory | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean).join(" ");
    // VmHWM is the high-water mark of the resident set.
    const [peak, resident] = ["VmHWM", "VmRSS"].map((field) => new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
    return peak === undefined || resident === undefined ? null : { pid, command, peakBytes: Number(peak) * 1024, residentBytes: Number(resident) * 1024 };
  } catch {
    return null;
  }
}

function parentOf(pid: number): number | null {
  try {
    // The command's name, in brackets, may itself hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}
