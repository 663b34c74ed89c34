/** Whether the artifact store holds what results and workflows name, and mending it where it does not. */
import type { Artifact } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { Database } from "@/server/database/client";
import { markComplete, namedByResults, type NamedByResult, namedTensors, namedUploads, removeResults } from "@/server/runs/named-artifacts";
import type { ArtifactName, ArtifactStore } from "./store";

export interface StoreProblem {
  readonly what: "damaged" | "missing" | "unreadable";
  /** The file's name in the store. */
  readonly file: string;
  /** What names it. */
  readonly where: readonly string[];
}

export interface Inspection {
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly StoreProblem[];
  /** Results some of whose files had to make room. */
  readonly evicted: number;
}

const fileName = ({ hash, kind }: ArtifactName) => `${hash}.${kind}`;

/** Reads every file of the store. A file that is missing because its result made room is no problem. */
export async function inspectStore(store: ArtifactStore, db: Database | null): Promise<Inspection> {
  return compare(store, db, await readAll(store));
}

async function compare(store: ArtifactStore, db: Database | null, { sizes, bad }: Conditions): Promise<Inspection> {
  const problems = new Map([...bad].map(([file, { condition }]): [string, { what: StoreProblem["what"]; where: Set<string> }] => [file, { what: condition, where: new Set() }]));
  let evicted = 0;
  /** Looks at the file again where it was not among those read: a run may have written it since. */
  const isMissing = async (artifact: ArtifactName) => !sizes.has(fileName(artifact)) && !(await store.has(artifact));
  const name = (artifact: ArtifactName, where: string) => problems.get(fileName(artifact))?.where.add(where);
  const miss = (artifact: ArtifactName) => void (problems.has(fileName(artifact)) || problems.set(fileName(artifact), { what: "missing", where: new Set() }));
  for await (const result of db ? allResults(db) : []) {
    let isWhole = true;
    for (const artifact of filesOf(result)) {
      if (await isMissing(artifact)) {
        isWhole = false;
        if (!result.evicted) miss(artifact);
      }
      name(artifact, `a result of ${title(result)}`);
    }
    if (!isWhole && result.evicted) evicted++;
  }
  for (const { hash, name: picture, where } of db ? await namedUploads(db) : []) {
    const artifact = { hash, kind: "png" } as const;
    if (await isMissing(artifact)) miss(artifact);
    name(artifact, `the picture “${picture}” in “${where}”`);
  }
  for (const { hash, from, where } of db ? await namedTensors(db) : []) {
    const artifact = { hash, kind: "safetensors" } as const;
    if (await isMissing(artifact)) miss(artifact);
    name(artifact, `the saved tensors ${from && `“${from}” `}in “${where}”`);
  }
  return {
    files: sizes.size,
    bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    problems: [...problems].map(([file, { what, where }]) => ({ what, file, where: [...where] })),
    evicted,
  };
}

export interface Repair {
  /** Damaged files. */
  readonly removed: number;
  /** Results. */
  readonly forgotten: number;
  /** Half-written files. */
  readonly leftovers: number;
  /** What cannot be mended here: uploads that are gone, and files that cannot be read. */
  readonly remaining: readonly StoreProblem[];
}

/**
 * Removes damaged files and half-written ones. Results that lost a file, other than by making room, are forgotten, so
 * that their nodes are computed again with all their steps.
 */
export async function repairStore(store: ArtifactStore, db: Database | null): Promise<Repair> {
  const { sizes, bad } = await readAll(store);
  const removed: string[] = [];
  for (const [file, { artifact, condition }] of bad) if (condition === "damaged" && (await removeDamaged(store, artifact))) removed.push(file);
  const leftovers = await store.sweep();
  const forgotten = db ? await forgetIncomplete(store, db) : 0;
  const left = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([file]) => !removed.includes(file)));
  const { problems } = await compare(store, db, { sizes: left(sizes), bad: left(bad) });
  return { removed: removed.length, forgotten, leftovers, remaining: problems };
}

/** Reading removes what is damaged, and only that. */
async function removeDamaged(store: ArtifactStore, artifact: ArtifactName): Promise<boolean> {
  await store.read(artifact).catch(() => undefined);
  return !(await store.has(artifact));
}

async function forgetIncomplete(store: ArtifactStore, db: Database): Promise<number> {
  const lost: string[] = [];
  const complete: string[] = [];
  for await (const result of allResults(db)) {
    const isComplete = (await Promise.all(filesOf(result).map((artifact) => store.has(artifact)))).every(Boolean);
    if (!isComplete && !result.evicted) lost.push(result.key);
    if (isComplete && result.evicted) complete.push(result.key);
  }
  await markComplete(db, complete);
  return removeResults(db, lost);
}

interface Conditions {
  /** Bytes by file name. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly bad: ReadonlyMap<string, { artifact: ArtifactName; condition: "damaged" | "unreadable" }>;
}

async function readAll(store: ArtifactStore): Promise<Conditions> {
  const sizes = new Map<string, number>();
  const bad = new Map<string, { artifact: ArtifactName; condition: "damaged" | "unreadable" }>();
  for await (const files of store.list()) {
    // One after the other: reading is what takes the time, and holding many files at once takes memory.
    for (const artifact of files) {
      const condition = await store.check(artifact);
      if (condition === "gone") continue;
      sizes.set(fileName(artifact), artifact.bytes);
      if (condition !== "sound") bad.set(fileName(artifact), { artifact, condition });
    }
  }
  return { sizes, bad };
}

async function* allResults(db: Database): AsyncGenerator<NamedByResult, void> {
  for await (const page of namedByResults(db)) yield* page;
}

const filesOf = ({ outputs, frames }: NamedByResult): readonly Artifact[] => [...outputs, ...frames];

const title = ({ type }: NamedByResult) => findSpec(type)?.title ?? type;
