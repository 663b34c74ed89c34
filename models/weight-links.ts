/** Hard links to weights, in a folder for graphs: ONNX Runtime reads weights only from real paths below the graph's folder. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoints/checkpoint-error";
import { isSystemError } from "./checkpoints/file-reading";
import type { Weights } from "./checkpoints/weights";
import { type Said, said } from "./said";

/** What was made now: so many links or copies, and the bytes of the copies. */
export interface WeightLinks {
  readonly linked: number;
  readonly copied: number;
}

export const noLinks: WeightLinks = { linked: 0, copied: 0 };

/** Below this a copy is as good as a link. */
const smallFile = 64_000_000;

/**
 * Links those of `files` that `folder` lacks, and removes its links to other files than those of `weights`. Hard links
 * cost no space. Throws a CheckpointError, which names the graph, where one cannot be made to a large file; a small
 * one is copied.
 */
export function linkWeights(folder: string, graph: string, files: readonly string[], weights: readonly Weights[]): WeightLinks {
  let { linked, copied } = noLinks;
  for (const file of files) {
    const link = join(folder, linkName(file));
    if (existsSync(link)) continue;
    const temporary = `${link}.${process.pid}.tmp`;
    try {
      linkSync(file, temporary);
    } catch (error) {
      const { size, uid } = statSync(file);
      if (size > smallFile) throw linkRefusal({ folder, graph, file, size, isOwn: uid === process.getuid?.(), code: isSystemError(error) ? error.code : String(error) });
      copyFileSync(file, temporary);
      copied += size;
    }
    renameSync(temporary, link);
    linked++;
  }
  // A link to weights that have been replaced would keep their space taken.
  const current = new Set(weights.flatMap(({ headers }) => headers.map(({ file }) => linkName(file))));
  for (const entry of readdirSync(folder)) if (entry.endsWith(".weights") && !current.has(entry)) rmSync(join(folder, entry), { force: true });
  return { linked, copied };
}

interface Refused {
  readonly folder: string;
  readonly graph: string;
  readonly file: string;
  /** Bytes */
  readonly size: number;
  /** Whether the file belongs to this user. */
  readonly isOwn: boolean;
  /** The system's. */
  readonly code: string;
}

export function linkRefusal({ folder, graph, file, size, isOwn, code }: Refused): CheckpointError {
  return new CheckpointError(said("{folder}, where {graph}'s ONNX graph goes, cannot have a hard link to {file} ({code}), and a copy would take {size} GB. {remedy}", { folder, graph, file, code, size: (size / 1e9).toFixed(1), remedy: remedy(code, isOwn) }));
}

function remedy(code: string, isOwn: boolean): Said {
  // The kernel asks for the same mount first, so EPERM is about the file: Linux's fs.protected_hardlinks.
  if (["EPERM", "EACCES"].includes(code) && !isOwn) {
    return said("The file belongs to another user, and Linux lets a user link only to files that are theirs or that they may write. Make the weights yours (chown) or writable for this user, or run this as their owner.");
  }
  if (code === "EXDEV") return said("Set DATA_DIR to a folder on the checkpoint's own disk, or keep the checkpoint in a plain folder that can be written to.");
  return said("Its file system makes no such links: keep the checkpoint in a plain folder that can be written to, where graphs go beside the weights.");
}

/** Named by what it is a link to, so that weights replaced in place get a new link. */
export function linkName(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${createHash("sha256").update(`${file}:${size}:${mtimeMs}`).digest("hex").slice(0, 16)}.weights`;
}
