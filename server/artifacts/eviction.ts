/**
 * Makes room in the artifact store: what was used longest ago goes first, and nothing that is pinned.
 *
 * A run writes its files before the events that name them, and another run may be about to reuse a result that nothing
 * pins. Why none of these is lost:
 * - Files are listed before the database is asked. A listed file that a run has written and not yet named is therefore
 *   one of a run that is still running when the database answers, and was written since that run began: files used since
 *   the oldest running run began stay (`Protection.since`), but for what their run has named and let go since.
 * - What was used within the last quarter of an hour stays. That covers uploads whose workflow is not saved yet,
 *   `bifrost run`, which has no database, and results that a run has just looked up (`ArtifactStore.touch`).
 * - A file that is touched or written again at the very moment is not removed (`ArtifactStore.removeUnused`).
 * A result that is evicted after all is found missing when it is needed, and computed again.
 */
import type { ArtifactStore, KeptArtifact } from "./store";

export const graceMs = 15 * 60_000;
/** Not every run should have to make room. */
const targetShare = 0.9;
/** Files removed side by side. */
const atOnce = 16;

/** What must stay although it was not used for long. */
export interface Protection {
  readonly pinned: ReadonlySet<string>;
  /** When the oldest run that is running began, in milliseconds since 1970; null while none is. */
  readonly since: number | null;
  /** Tensors of steps that a running run does not keep any more: its having begun before them does not hold them. */
  readonly letGo: ReadonlySet<string>;
}

/** A store that grew beyond its limit is brought down to nine tenths of it. */
export const belowLimit = (limit: number) => ({ limit, target: Math.floor(limit * targetShare) });

export interface Eviction {
  /** Bytes of the store before and after. */
  readonly before: number;
  readonly after: number;
  readonly files: number;
  /** Bytes that are pinned, and bytes that stay because they were used lately. */
  readonly pinned: number;
  readonly recent: number;
}

/**
 * Does nothing while the store holds at most `limit` bytes. Above it, removes artifacts until it holds at most `target`,
 * as far as that is possible. `protect` is asked after the files were listed; `onRemoving` hears which hashes go, before
 * they do.
 */
export async function evict(
  store: ArtifactStore,
  { limit, target }: { readonly limit: number; readonly target: number },
  protect: () => Promise<Protection>,
  onRemoving: (hashes: readonly string[]) => Promise<void>,
  now = Date.now(),
): Promise<Eviction> {
  const files = await listAll(store);
  const before = sumBytes(files);
  if (before <= limit) return { before, after: before, files: 0, pinned: 0, recent: 0 };
  const { pinned, since, letGo } = await protect();
  const loose = files.filter(({ hash }) => !pinned.has(hash));
  const fromTheFuture = loose.filter(({ used }) => used > now);
  // The clock went back. They count as used now, and that is written down: they grow old like everything else.
  await store.touch(fromTheFuture);
  // The grace is the margin for a database whose clock is ahead of this one.
  const stays = ({ used, hash }: KeptArtifact) => used > now - graceMs || (since !== null && used > since - graceMs && !letGo.has(hash));
  const candidates = loose.filter((file) => !stays(file)).sort((a, b) => a.used - b.used);
  const removed = await removeOldest(store, candidates, before - target, onRemoving);
  const bytes = sumBytes(removed);
  return { before, after: before - bytes, files: removed.length, pinned: before - sumBytes(loose), recent: sumBytes(loose.filter(stays)) };
}

/** Removes from the front of `candidates` until `wanted` bytes are free; returns what went. */
async function removeOldest(store: ArtifactStore, candidates: readonly KeptArtifact[], wanted: number, onRemoving: (hashes: readonly string[]) => Promise<void>): Promise<KeptArtifact[]> {
  const removed: KeptArtifact[] = [];
  let next = 0;
  for (;;) {
    const missing = wanted - sumBytes(removed);
    const chosen: KeptArtifact[] = [];
    for (let bytes = 0; bytes < missing && next < candidates.length; next++) {
      chosen.push(candidates[next]!);
      bytes += candidates[next]!.bytes;
    }
    // Once more where some were used since: they stay, and others go.
    if (chosen.length === 0) return removed;
    await onRemoving(chosen.map(({ hash }) => hash));
    for (let at = 0; at < chosen.length; at += atOnce) {
      const some = chosen.slice(at, at + atOnce);
      const gone = await Promise.all(some.map((file) => store.removeUnused(file)));
      removed.push(...some.filter((_, index) => gone[index]));
    }
  }
}

export async function listAll(store: ArtifactStore): Promise<KeptArtifact[]> {
  const files: KeptArtifact[] = [];
  for await (const some of store.list()) files.push(...some);
  return files;
}

export const sumBytes = (files: readonly { readonly bytes: number }[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
