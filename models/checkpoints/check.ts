/** Whether a checkpoint's files fit: every tensor that the graphs ask for, and none that they do not. */
import { join } from "node:path";
import { quoted, said } from "../said";
import { flowMatchConfig } from "../schedulers/flow-match-euler";
import { elementCount } from "../tensor";
import { realPath, type CheckpointRoot } from "./checkpoint-root";
import { readConfig, readObject } from "./config-file";
import { isSystemError, isThere, unreadable } from "./file-reading";
import type { Folder } from "./language-config";
import { CheckpointError, type HeaderReading } from "./safetensors";
import { findLayout, openPlace, type Place } from "./layout";
import { openPipeline } from "./pipeline";
import { bracketed, WeightAudit, type TensorProblem } from "./weight-audit";
import type { Weights } from "./weights";

export interface ComponentReport {
  /** Path within the checkpoint: "flux/transformer". */
  readonly name: string;
  readonly title: string;
  /** As config.json calls it. */
  readonly architecture: string;
  /** Numbers that the network computes with. */
  readonly parameters: number;
  readonly bytes: number;
  /** Storage types of what is read, most tensors first. */
  readonly types: readonly string[];
  readonly tensors: number;
  /** How many of them the graphs ask for. */
  readonly read: number;
  /** Why the others are there. */
  readonly unread: readonly { readonly tensor: string; readonly because: string }[];
  readonly problems: readonly TensorProblem[];
  /** Why the component could not be looked at in full; null when it could. */
  readonly failure: string | null;
}

/** Reads configs and headers only. Throws a CheckpointError when `path` is no checkpoint at all. */
export function checkCheckpoint(path: string, reading: HeaderReading = {}): ComponentReport[] {
  const { kind, places, flux } = findLayout(path);
  const reports = places.map((place) => checkPlace(place, reading));
  if (flux) reports.push(...checkFluxFiles(flux, kind === "pipeline" ? "flux/" : ""));
  if (kind === "pipeline" && reports.every(({ failure }) => failure === null)) {
    // What only shows when the parts are put together.
    const failure = failureOf(() => openPipeline(path, reading), path);
    if (failure !== null) reports.push({ ...nothing, name: ".", title: "pipeline", failure });
  }
  return reports;
}

const nothing = { architecture: "", parameters: 0, bytes: 0, types: [], tensors: 0, read: 0, unread: [], problems: [], failure: null };

function checkPlace(place: Place, reading: HeaderReading): ComponentReport {
  const { name } = place;
  try {
    const { kind, weights, architecture } = openPlace(place, reading);
    const { title } = kind;
    try {
      const { graphs, unread } = kind.open(place, weights);
      const audit = new WeightAudit();
      const failures = Object.values(graphs).map((build) => failureOf(() => buildOrRefuse(() => build(weights.audited(audit)), place.directory), place.directory));
      return { name, title, architecture, ...compare(weights, audit, unread ?? []), failure: [...new Set(failures.filter((failure) => failure !== null))].join(" ") || null };
    } catch (error) {
      return { ...nothing, name, title, architecture, failure: wordsOf(error, place.directory) };
    }
  } catch (error) {
    return { ...nothing, name, title: "", failure: wordsOf(error, place.directory) };
  }
}

/** Scheduler and tokenizers: small files that FLUX cannot do without. */
function checkFluxFiles({ directory, root }: Folder, prefix: string): ComponentReport[] {
  const scheduler = failureOf(() => readConfig(root, join(directory, "scheduler", "scheduler_config.json"), flowMatchConfig), directory);
  const tokenizers = ["tokenizer", "tokenizer_2"].map((name) => ({
    ...nothing, name: prefix + name, title: "tokenizer", failure: failureOf(() => requireTokenizer(root, join(directory, name)), join(directory, name)),
  }));
  return [{ ...nothing, name: `${prefix}scheduler`, title: "scheduler", failure: scheduler }, ...tokenizers];
}

function requireTokenizer(root: CheckpointRoot, folder: string): void {
  readObject(root, join(folder, "tokenizer_config.json"));
  const has = (file: string) => isThere(join(folder, file)) && realPath(root, join(folder, file));
  if (has("tokenizer.json") || (has("vocab.json") && has("merges.txt"))) return;
  throw new CheckpointError(said("{folder} has no tokenizer.json, and no vocab.json with merges.txt. Download the tokenizer's files.", { folder }));
}

function compare(weights: Weights, audit: WeightAudit, known: readonly { tensor: RegExp; because: string }[]) {
  const names = weights.names();
  const [read, left] = [names.filter((name) => audit.asked.has(name)), names.filter((name) => !audit.asked.has(name))];
  const locations = read.map((name) => weights.require(name));
  const unread = left.flatMap((tensor) => known.filter((rule) => rule.tensor.test(tensor)).slice(0, 1).map(({ because }) => ({ tensor, because })));
  const explained = new Set(unread.map(({ tensor }) => tensor));
  const unexpected = left.filter((tensor) => !explained.has(tensor)).map((tensor): TensorProblem => {
    const { dtype, shape } = weights.require(tensor);
    return { kind: "unexpected", tensor, says: `${bracketed(shape)} ${dtype}` };
  });
  const counts = new Map<string, number>();
  for (const { dtype } of locations) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  return {
    parameters: locations.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    bytes: weights.headers.reduce((sum, { tensors }) => sum + [...tensors.values()].reduce((total, { length }) => total + length, 0), 0),
    types: [...counts].sort(([, a], [, b]) => b - a).map(([dtype]) => dtype),
    tensors: names.length,
    read: read.length,
    unread,
    problems: [...audit.problems, ...unexpected],
  };
}

/** Sizes that contradict each other may break a builder anywhere. */
function buildOrRefuse(build: () => void, directory: string): void {
  try {
    build();
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CheckpointError(said("{path} describes a network that cannot be built: {why} Download it again, from where the weights are.", { path: join(directory, "config.json"), why: quoted(why) }));
  }
}

/** What a builder says that is more than a tensor that does not fit; null when nothing. */
function failureOf(build: () => void, place: string): string | null {
  try {
    build();
    return null;
  } catch (error) {
    return wordsOf(error, place);
  }
}

/** `place` is named where the system refused something and does not say on what. */
function wordsOf(error: unknown, place: string): string {
  if (error instanceof CheckpointError) return error.message;
  if (isSystemError(error)) return unreadable(error.path ?? place, error.code).message;
  throw error;
}
