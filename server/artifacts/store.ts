/**
 * Artifacts on disk, named by the sha256 of their bytes: written whole or not at all, never changed.
 * Where a path is marked turbopackIgnore, the site's build would otherwise take every file of the project for a part of it.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Artifact } from "@/nodes/run-events";

export type ArtifactKind = Artifact["kind"];

/** The store could not keep or give back an artifact. Message and remedy are meant for people. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  constructor(
    message: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

export class ArtifactStore {
  readonly root: string;

  /** Keeps its files below `dataDir`/artifacts. `write` is replaced by tests that need a disk to fail. */
  constructor(
    dataDir: string,
    private readonly write: WriteFile = writeDurably,
  ) {
    this.root = join(/* turbopackIgnore: true */ dataDir, "artifacts");
  }

  /** Where an artifact lies, kept or not. Two letters of folder keep directories small. */
  path(artifact: Pick<Artifact, "hash" | "kind">): string {
    if (!/^[0-9a-f]{64}$/.test(artifact.hash)) throw new RangeError("An artifact's name is 64 hexadecimal digits.");
    return join(/* turbopackIgnore: true */ this.root, artifact.hash.slice(0, 2), `${artifact.hash}.${artifact.kind}`);
  }

  /** Keeps `bytes`; equal bytes are kept once. Throws an ArtifactError when the disk is full or not writable. */
  async put(bytes: Uint8Array, kind: ArtifactKind): Promise<Artifact> {
    const artifact: Artifact = { hash: createHash("sha256").update(bytes).digest("hex"), kind, bytes: bytes.length };
    const path = this.path(artifact);
    // A file of another size was cut off by a power loss, say; it is written again.
    if (await this.has(artifact, artifact.bytes)) return artifact;
    const temporary = join(/* turbopackIgnore: true */ this.root, "unfinished", randomUUID());
    try {
      await mkdir(dirname(temporary), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      await this.write(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw refusal(this.root, error);
    }
    return artifact;
  }

  /** Removes what killed processes left half-written. Files that may still be in the making, a minute old or less, stay. */
  async sweep(): Promise<void> {
    const folder = join(/* turbopackIgnore: true */ this.root, "unfinished");
    for (const name of await readdir(/* turbopackIgnore: true */ folder).catch(() => [])) {
      const path = join(/* turbopackIgnore: true */ folder, name);
      const found = await stat(/* turbopackIgnore: true */ path).catch(() => null);
      if (found && Date.now() - found.mtimeMs > 60_000) await unlink(path).catch(() => undefined);
    }
  }

  /** Whether an artifact is kept, and where `bytes` is given, has that size. */
  async has(artifact: Pick<Artifact, "hash" | "kind">, bytes?: number): Promise<boolean> {
    return stat(/* turbopackIgnore: true */ this.path(artifact)).then(
      (found) => found.isFile() && (bytes === undefined || found.size === bytes),
      () => false,
    );
  }

  /** The bytes of an artifact, checked against its name. Throws an ArtifactError when it is gone or damaged. */
  async read(artifact: Pick<Artifact, "hash" | "kind">): Promise<Uint8Array> {
    const path = this.path(artifact);
    const bytes = await readFile(/* turbopackIgnore: true */ path).catch((cause: unknown) => {
      throw new ArtifactError(`A stored file is gone: ${path}.`, "Run the node that made it again, or choose the picture again.", { cause });
    });
    if (createHash("sha256").update(bytes).digest("hex") !== artifact.hash) {
      throw new ArtifactError(`A stored file is damaged: ${path}.`, "Delete that file and run again; check the disk for errors.");
    }
    return bytes;
  }
}

/** On the disk itself when it returns, so that a rename never names bytes that a power loss takes away. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(/* turbopackIgnore: true */ path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function refusal(root: string, cause: unknown): ArtifactError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new ArtifactError(`The disk is full: a result could not be written below ${root}.`, "Free some space and run again; finished nodes are kept.", { cause });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ArtifactError(`The data folder is not writable: ${root}.`, "Give this program the right to write there, or set DATA_DIR to another folder.", { cause });
    default:
      return new ArtifactError(`A result could not be written below ${root}${code && ` (${code})`}.`, "Check the data folder and its disk, then run again.", { cause });
  }
}
