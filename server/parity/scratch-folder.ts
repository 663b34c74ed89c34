/** The temporary folder that graphs over a parity bundle are written to. */
import { copyFileSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CheckpointError } from "@/models/checkpoints/checkpoint-error";
import { quoted } from "@/models/said";

const prefix = "bifrost-parity-";
const day = 24 * 60 * 60 * 1000;

/** A new folder in `parent`. Those that runs which were killed left there a day ago or earlier are removed. */
export function makeScratchFolder(parent = tmpdir(), now = Date.now()): string {
  try {
    const real = realpathSync(parent);
    removeStale(real, now);
    return mkdtempSync(join(real, prefix));
  } catch (error) {
    throw new CheckpointError(quoted(`No folder can be made in ${parent}: ${(error as Error).message}. Set TMPDIR to a folder that can be written.`));
  }
}

function removeStale(parent: string, now: number): void {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(prefix))) {
    const path = join(parent, name);
    try {
      const { mtimeMs, uid } = lstatSync(path);
      if (now - mtimeMs > day && uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another run removes it, too.
    }
  }
}

/** Copies a weight file of at most `most` bytes and gives its size. Throws a CheckpointError for a larger one, or a full disk. */
export function copyWithin(most: number, file: string, copy: string): number {
  const { size } = statSync(file);
  const remedy = `Set TMPDIR to a folder on the disk of ${dirname(file)}, where a hard link does, and run it again.`;
  if (size > most) throw new CheckpointError(quoted(`${file} (${(size / 1e9).toFixed(1)} GB) would have to be copied to ${dirname(copy)}, which is on another disk; at most 1.1 GB are copied in all. ${remedy}`));
  try {
    copyFileSync(file, copy);
  } catch (error) {
    throw new CheckpointError(quoted(`${file} cannot be copied to ${dirname(copy)}: ${(error as Error).message}. ${remedy}`));
  }
  return size;
}
