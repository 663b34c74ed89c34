/** What the artifact store holds, by kind. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { StorageKind, StorageUse } from "@/server/api/contract";
import type { Database } from "@/server/database/client";
import { namedByResults } from "@/server/runs/named-artifacts";
import { readPins } from "@/server/runs/pinned-artifacts";
import { listAll, sumBytes } from "./eviction";
import type { ArtifactStore, KeptArtifact } from "./store";

/** Hashes by what they are. */
export interface ArtifactNames {
  readonly uploads: ReadonlySet<string>;
  /** Named as a result's output. */
  readonly outputs: ReadonlySet<string>;
  /** Named as a step of a result. */
  readonly frames: ReadonlySet<string>;
}

/** A file that is both, as the last step of a sampler often is, counts as the result. */
export function kindOf({ hash, kind }: Pick<KeptArtifact, "hash" | "kind">, { uploads, outputs, frames }: ArtifactNames): StorageKind {
  if (uploads.has(hash)) return "uploads";
  const isOutput = outputs.has(hash);
  if (!isOutput && !frames.has(hash)) return "unnamed";
  return kind === "png" ? "pictures" : isOutput ? "results" : "steps";
}

const kinds: readonly StorageKind[] = ["pictures", "results", "steps", "uploads", "unnamed"];

/** Without a database nothing is known of what the files are. */
export async function measureUse(store: ArtifactStore, db: Database | null, limit: number, graphFolders: readonly string[]): Promise<StorageUse> {
  const files = await listAll(store);
  const pins = db && (await readPins(db));
  const names = db ? await readNames(db) : { outputs: new Set<string>(), frames: new Set<string>() };
  const sorted = new Map(kinds.map((kind): [StorageKind, KeptArtifact[]] => [kind, []]));
  for (const file of files) sorted.get(kindOf(file, { ...names, uploads: pins?.uploads ?? new Set() }))!.push(file);
  return {
    limit,
    bytes: sumBytes(files),
    pinnedBytes: sumBytes(files.filter(({ hash }) => pins?.pinned.has(hash))),
    kinds: [...sorted].map(([kind, some]) => ({ kind, files: some.length, bytes: sumBytes(some) })),
    graphs: await measureGraphs(graphFolders),
  };
}

async function readNames(db: Database): Promise<{ outputs: Set<string>; frames: Set<string> }> {
  const names = { outputs: new Set<string>(), frames: new Set<string>() };
  for await (const page of namedByResults(db)) {
    for (const { outputs, frames } of page) {
      for (const { hash } of outputs) names.outputs.add(hash);
      for (const { hash } of frames) names.frames.add(hash);
    }
  }
  return names;
}

/** ONNX graphs below these folders. Weights linked beside them take no room of their own. */
async function measureGraphs(folders: readonly string[]): Promise<{ files: number; bytes: number }> {
  const sizes: { bytes: number }[] = [];
  for (const folder of new Set(folders)) {
    const names = await readdir(/* turbopackIgnore: true */ folder, { recursive: true }).catch((): string[] => []);
    for (const name of names.filter((name) => name.endsWith(".onnx"))) {
      const found = await lstat(/* turbopackIgnore: true */ join(/* turbopackIgnore: true */ folder, name)).catch(() => null);
      if (found?.isFile()) sizes.push({ bytes: found.size });
    }
  }
  return { files: sizes.length, bytes: sumBytes(sizes) };
}
