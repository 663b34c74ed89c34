/**
 * Artifacts on disk, named by the sha256 of their bytes: written whole or not at all, never changed. A file's time says
 * when it was last used. Where a path is marked turbopackIgnore, the site's build would otherwise take every file of the
 * project for a part of it.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inEnglish, type Said, said, type SaidWords } from "@/models/said";
import type { Artifact } from "@/nodes/run-events";
import { type Disk, realDisk } from "./disk";

export type ArtifactKind = Artifact["kind"];
export type ArtifactName = Pick<Artifact, "hash" | "kind">;

/** The store could not keep or give back an artifact. Message and remedy are meant for people. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  readonly said: SaidWords;
  readonly remedy: string;
  constructor(
    message: Said,
    remedy: Said,
    /** gone: there is no such file; damaged: it was there and held something else. */
    readonly reason: "gone" | "damaged" | "unreadable" | "unwritable",
    options?: ErrorOptions,
  ) {
    super(inEnglish(message), options);
    this.said = { message, remedy };
    this.remedy = inEnglish(remedy);
  }
}

/** A file of the store as it was found. */
export interface KeptArtifact extends Artifact {
  /** When it was last used, in milliseconds since 1970. */
  readonly used: number;
}

export type ArtifactCondition = "sound" | "damaged" | "gone" | "unreadable";

/** Half-written files older than this were left by a process that died. */
const leftoverMs = 60_000;

export class ArtifactStore {
  readonly root: string;
  private readonly unfinished: string;

  /** Keeps its files below `dataDir`/artifacts. */
  constructor(
    dataDir: string,
    private readonly disk: Disk = realDisk,
  ) {
    this.root = join(/* turbopackIgnore: true */ dataDir, "artifacts");
    this.unfinished = join(/* turbopackIgnore: true */ this.root, "unfinished");
  }

  /** Where an artifact lies, kept or not. Two letters of folder keep directories small. */
  path(artifact: ArtifactName): string {
    if (!/^[0-9a-f]{64}$/.test(artifact.hash)) throw new RangeError("An artifact's name is 64 hexadecimal digits.");
    return join(/* turbopackIgnore: true */ this.root, artifact.hash.slice(0, 2), `${artifact.hash}.${artifact.kind}`);
  }

  /**
   * Keeps `bytes`; equal bytes are kept once, and count as used now. A damaged file under their name is replaced, and
   * folders that somebody removed are made again. Throws an ArtifactError when the disk is full or not writable.
   */
  async put(bytes: Uint8Array, kind: ArtifactKind): Promise<Artifact> {
    const artifact = named(bytes, kind);
    const path = this.path(artifact);
    if (await this.isKept(artifact, bytes)) return artifact;
    const inNewFolders = async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      await mkdir(this.unfinished, { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      await this.place(path, bytes);
    };
    try {
      // The folders may be removed between making them and writing to them; once more is enough.
      await this.place(path, bytes).catch(inNewFolders).catch(inNewFolders);
    } catch (error) {
      throw refusal(this.root, error);
    }
    return artifact;
  }

  /**
   * As `put`, for what can be made again and is much, such as the steps of a node: blocks the thread and does not wait for
   * the disk itself. A power loss may take it; whoever reads it then finds it damaged.
   */
  async putSoon(bytes: Uint8Array, kind: ArtifactKind): Promise<Artifact> {
    const artifact = named(bytes, kind);
    const path = this.path(artifact);
    return !existsSync(/* turbopackIgnore: true */ path) && this.placeNow(path, bytes) ? artifact : this.put(bytes, kind);
  }

  private async place(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = this.aside();
    try {
      await this.disk.write(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  /** False when it cannot be written so: `put` makes the folders, or says why. */
  private placeNow(path: string, bytes: Uint8Array): boolean {
    const temporary = this.aside();
    try {
      this.disk.writeNow(temporary, bytes);
      renameSync(temporary, path);
      return true;
    } catch {
      rmSync(temporary, { force: true });
      return false;
    }
  }

  /** Whether exactly `bytes` are kept; they then count as used now. Comparing is cheaper than writing to the disk. */
  private async isKept(artifact: Artifact, bytes: Uint8Array): Promise<boolean> {
    if (!(await this.has(artifact, bytes.length))) return false;
    const path = this.path(artifact);
    const kept = await readFile(/* turbopackIgnore: true */ path).catch(() => null);
    // By path, not by the open file: one that was taken out in between must be written again.
    return kept?.equals(bytes) === true && (await markUsed(path));
  }

  /** Says that these artifacts are used now, so that others make room before them. Those that are not there are left out. */
  async touch(artifacts: readonly ArtifactName[]): Promise<void> {
    await Promise.all(artifacts.map((artifact) => markUsed(this.path(artifact))));
  }

  /** Whether an artifact is kept, and where `bytes` is given, has that size. Looks at the directory only; `read` looks at the bytes. */
  async has(artifact: ArtifactName, bytes?: number): Promise<boolean> {
    return stat(/* turbopackIgnore: true */ this.path(artifact)).then(
      (found) => found.isFile() && (bytes === undefined || found.size === bytes),
      () => false,
    );
  }

  /** The bytes of an artifact, checked against its name. Throws an ArtifactError when it is gone, or damaged: then the file is removed. */
  async read(artifact: ArtifactName): Promise<Uint8Array> {
    const path = this.path(artifact);
    const { bytes, file } = await readWhole(path);
    if (sha256(bytes) === artifact.hash) return bytes;
    await removeSame(path, file);
    throw new ArtifactError(
      said("A stored file was damaged and has been removed: {path}.", { path }),
      said("Run again to compute it anew (a picture of your own has to be chosen again). If this happens more than once, check the disk for errors."),
      "damaged",
    );
  }

  /** Whether an artifact can be read and is what its name says. Removes nothing. */
  async check(artifact: ArtifactName): Promise<ArtifactCondition> {
    try {
      const { bytes } = await readWhole(this.path(artifact));
      return sha256(bytes) === artifact.hash ? "sound" : "damaged";
    } catch (error) {
      return (error as ArtifactError).reason === "gone" ? "gone" : "unreadable";
    }
  }

  /** Every artifact that is kept, as far as its folder can be read; nothing while the store is not there. */
  async *list(): AsyncGenerator<KeptArtifact[], void> {
    for (const folder of await entries(this.root)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      const names = await entries(join(/* turbopackIgnore: true */ this.root, folder));
      const found = await Promise.all(names.map((name) => this.find(name)));
      yield found.filter((artifact) => artifact !== null);
    }
  }

  private async find(fileName: string): Promise<KeptArtifact | null> {
    const [, hash, kind] = /^([0-9a-f]{64})\.(png|safetensors)$/.exec(fileName) ?? [];
    if (!hash || !kind) return null;
    const name: ArtifactName = { hash, kind: kind as ArtifactKind };
    const found = await stat(/* turbopackIgnore: true */ this.path(name)).catch(() => null);
    return found?.isFile() ? { ...name, bytes: found.size, used: found.mtimeMs } : null;
  }

  /**
   * Removes an artifact, unless it was used since it was listed. The file is first moved aside and looked at there:
   * whoever says at this moment that they use it (`touch`, `put`) either did so before, which shows in its time, or finds
   * it gone and computes or writes it again. Nobody is told that a file is kept which is then removed.
   */
  async removeUnused({ used, ...artifact }: KeptArtifact): Promise<boolean> {
    const path = this.path(artifact);
    const aside = this.aside();
    try {
      await this.moveAside(path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw refusal(this.root, error);
    }
    const found = await stat(/* turbopackIgnore: true */ aside).catch(() => null);
    if (found && found.mtimeMs !== used) {
      await mkdir(dirname(path), { recursive: true });
      await rename(aside, path);
      return false;
    }
    await unlink(aside).catch(() => undefined);
    return true;
  }

  /**
   * Removes what killed processes left half-written and returns how many files that were. Those that may still be in the
   * making, a minute old or less, stay; so do those from later today, which a clock that went back makes of them.
   */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const name of await entries(this.unfinished)) {
      const path = join(/* turbopackIgnore: true */ this.unfinished, name);
      const found = await stat(/* turbopackIgnore: true */ path).catch(() => null);
      const age = found ? Date.now() - found.mtimeMs : 0;
      if (age <= leftoverMs && age > -24 * 3_600_000) continue;
      removed += await unlink(path).then(
        () => 1,
        () => 0,
      );
    }
    return removed;
  }

  private async moveAside(path: string, aside: string): Promise<void> {
    try {
      await rename(path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      // Either there is no such file, or no folder yet to move it to.
      await mkdir(this.unfinished, { recursive: true });
      await rename(path, aside);
    }
  }

  private aside(): string {
    return join(/* turbopackIgnore: true */ this.unfinished, randomUUID());
  }
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const named = (bytes: Uint8Array, kind: ArtifactKind): Artifact => ({ hash: sha256(bytes), kind, bytes: bytes.length });

/** Names in a folder; none when it is not there. */
const entries = (folder: string) => readdir(/* turbopackIgnore: true */ folder).catch((): string[] => []);

async function markUsed(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(/* turbopackIgnore: true */ path, now, now).then(
    () => true,
    () => false,
  );
}

/** The bytes at `path` and which file they were read from. Throws an ArtifactError. */
async function readWhole(path: string): Promise<{ bytes: Uint8Array; file: number }> {
  try {
    const file = await open(/* turbopackIgnore: true */ path, "r");
    try {
      return { bytes: await file.readFile(), file: (await file.stat()).ino };
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new ArtifactError(said("A stored file is gone: {path}.", { path }), said("Run the node that made it anew, or choose the picture again."), "gone", { cause });
    }
    const unread = code ? said("A stored file cannot be read ({code}): {path}.", { code, path }) : said("A stored file cannot be read: {path}.", { path });
    throw new ArtifactError(unread, said("Check its rights and its disk, then run again."), "unreadable", { cause });
  }
}

/** Removes the file at `path`, unless another has taken its place: the right bytes may just have been written anew. */
async function removeSame(path: string, file: number): Promise<void> {
  const found = await stat(/* turbopackIgnore: true */ path).catch(() => null);
  if (found?.ino === file) await unlink(path).catch(() => undefined);
}

function refusal(root: string, cause: unknown): ArtifactError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const unwritable = (message: Said, remedy: Said) => new ArtifactError(message, remedy, "unwritable", { cause });
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return unwritable(said("The disk is full: a result could not be written below {root}.", { root }), said("Free some space and run again; finished nodes are kept."));
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return unwritable(said("The data folder is not writable: {root}.", { root }), said("Give this program the right to write there, or set DATA_DIR to another folder."));
    default:
      return unwritable(
        code ? said("A result could not be written below {root} ({code}).", { root, code }) : said("A result could not be written below {root}.", { root }),
        said("Check the data folder and its disk, then run again."),
      );
  }
}
