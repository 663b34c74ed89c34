/** The folder a checkpoint lies in: a plain one, or a snapshot in a Hugging Face cache; and which links it may hold. */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { isSystemError, isThere, reading, unreadable } from "./file-reading";
import { refusePickle } from "./pickle";

export interface CheckpointRoot {
  /** A real path. */
  readonly directory: string;
  /** Where a Hugging Face cache keeps the contents of this repository; its snapshots are links into it. */
  readonly blobs?: string;
}

/**
 * `path` is a folder, a repository in a Hugging Face cache (`models--owner--name`, where refs/main names the
 * snapshot), one of its snapshots, or a folder below one. Throws a CheckpointError when there is nothing to open.
 */
export function openRoot(path: string): CheckpointRoot {
  if (!isThere(path)) throw new CheckpointError(said("The checkpoint folder {path} does not exist. Check its path.", { path }));
  if (!statSync(path).isDirectory()) {
    refusePickle(path);
    throw new CheckpointError(said("{path} is a file. Name the folder that holds it, with the checkpoint's config.json.", { path }));
  }
  const directory = currentSnapshot(realpathSync(path));
  const blobs = blobsOf(directory);
  return blobs ? { directory, blobs } : { directory };
}

function currentSnapshot(directory: string): string {
  const snapshots = join(directory, "snapshots");
  if (!existsSync(snapshots)) return directory;
  const ref = join(directory, "refs", "main");
  const revisions = reading(snapshots, () => readdirSync(snapshots));
  const revision = existsSync(ref) ? reading(ref, () => readFileSync(ref, "utf8")).trim() : revisions.length === 1 ? revisions[0]! : undefined;
  const several = revisions.map((name) => join(snapshots, name)).join(", ") || "none";
  if (revision === undefined) throw new CheckpointError(said("{directory} has no refs/main that says which snapshot is meant. Name one of its snapshots: {several}.", { directory, several }));
  if (!revisions.includes(revision)) throw new CheckpointError(said(`{ref} names the snapshot "{revision}", which is not in {snapshots}. Download it, or name one of: {several}.`, { ref, revision: revision.slice(0, 80), snapshots, several }));
  return realpathSync(join(snapshots, revision));
}

function blobsOf(directory: string): string | undefined {
  for (let folder = directory; dirname(folder) !== folder; folder = dirname(folder)) {
    const blobs = join(dirname(folder), "..", "blobs");
    if (basename(dirname(folder)) === "snapshots" && existsSync(blobs)) return realpathSync(blobs);
  }
  return undefined;
}

/**
 * The real path of something in the checkpoint. A link may lead elsewhere in the checkpoint, or to the blobs of its
 * own repository. Throws a CheckpointError for one that leads out, because a downloaded folder should not be able to
 * name other files of this computer, and for one that leads nowhere.
 */
export function realPath(root: CheckpointRoot, path: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "EACCES") throw unreadable(path, error.code);
    throw new CheckpointError(said("{path} is a link to a file that is not there. Download it again; an interrupted download is the usual cause.", { path }));
  }
  if (isBelow(root.directory, real) || (root.blobs !== undefined && isBelow(root.blobs, real))) return real;
  throw new CheckpointError(
    said("{path} is a link that leaves the checkpoint {directory}: it leads to {real}. Name the real folder instead; where a pipeline's parts lie in several folders, name them in its pipeline.json.", { path, directory: root.directory, real }),
  );
}

export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !/^\.\.[/\\]/.test(way) && way !== path);
}
