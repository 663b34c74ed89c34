/**
 * Where graphs are kept: an .onnx file beside the weights it points into, or in a folder for graphs with hard links to
 * them. A file's name says what it was written from, so one that is there need not be built again.
 */
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isBelow } from "./checkpoints/checkpoint-root";
import { CheckpointError, type SafetensorsHeader } from "./checkpoints/safetensors";
import type { Weights } from "./checkpoints/weights";
import { makeDirectories } from "./directories";
import { writerVersion, type GraphBuilder, type Precision } from "./graph/graph-builder";
import { said } from "./said";
import { linkName, linkWeights, noLinks } from "./weight-links";

/** The checkpoint that a graph is of. */
export interface GraphCheckpoint {
  /** Real paths of the folders that its parts lie in, its own first: the first that holds all of a graph's weights takes the graph. */
  readonly folders: readonly [string, ...string[]];
  /** All of its weights, so that links to replaced ones can be told. */
  readonly weights: readonly Weights[];
}

export interface GraphPlan {
  readonly id: string;
  readonly precision: Precision;
  /** What shapes the graph besides its weights' headers; plain data. */
  readonly config: unknown;
  readonly weights: readonly Weights[];
  build(): GraphBuilder;
}

export interface WrittenGraph {
  /** The .onnx file. Its name changes whenever its content would. */
  readonly path: string;
  readonly bytes: number;
  /** False when it was there already. */
  readonly isNew: boolean;
  /** Weight files that had to be linked or copied to the graph's folder, and the bytes of those that were copied. */
  readonly linked: number;
  readonly copied: number;
}

/**
 * Writes a graph unless it is there, and removes older ones of the same kind. Where the checkpoint's folders are
 * read-only, or the weights are links to files elsewhere (a Hugging Face cache), it goes below `graphDir`.
 * Throws a CheckpointError for a checkpoint that does not fit, or when there is nowhere to write.
 */
export function writeGraph(checkpoint: GraphCheckpoint, plan: GraphPlan, graphDir?: string): WrittenGraph {
  const headers = plan.weights.flatMap((weights) => weights.headers);
  const beside = checkpoint.folders.find((folder) => canHold(folder, headers));
  const folder = beside ?? fallbackFolder(checkpoint, plan, graphDir);
  const located = (file: string) => (beside ? file : join(folder, linkName(file)));
  const kind = `${plan.id}.${plan.precision}`;
  const name = `${kind}-${graphKey(plan, (file) => relative(folder, located(file)))}.onnx`;
  const path = join(folder, name);
  const isNew = !existsSync(path);
  let links = noLinks;
  if (isNew) {
    const graph = plan.build();
    if (!beside) links = linkWeights(folder, plan.id, graph.weightFiles(), checkpoint.weights);
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, graph.encode(folder, located));
    renameSync(temporary, path);
  } else if (!beside) {
    // The graph names the links that it reads; someone may have removed them.
    const graph = readFileSync(path);
    links = linkWeights(folder, plan.id, headers.map(({ file }) => file).filter((file) => graph.includes(linkName(file))), checkpoint.weights);
  }
  for (const file of readdirSync(folder)) {
    if (file !== name && file.startsWith(`${kind}-`) && file.endsWith(".onnx")) rmSync(join(folder, file), { force: true });
  }
  return { path, bytes: statSync(path).size, isNew, ...links };
}

/** Over everything that a graph's bytes follow from: the writing code, the config, and the weights' headers and places. */
function graphKey({ id, precision, config, weights }: GraphPlan, place: (file: string) => string): string {
  const hash = createHash("sha256").update(JSON.stringify([writerVersion, writingCode(), id, precision, config]));
  for (const { component, headers } of weights) {
    for (const { file, headerBytes } of headers) hash.update(`\n${component} ${place(file)}\n`).update(headerBytes);
  }
  return hash.digest("hex").slice(0, 16);
}

let codeHash: string | undefined;

/** A hash of the code that writes graphs, so that nobody has to remember to raise a number. The program runs from these files. */
function writingCode(): string {
  if (codeHash !== undefined) return codeHash;
  const below = (folder: string) => (existsSync(join(import.meta.dirname, folder)) ? readdirSync(join(import.meta.dirname, folder)).map((file) => join(folder, file)) : []);
  const sources = [...below("graph"), ...below("architectures"), "pipeline-graphs.ts", join("checkpoints", "component-kinds.ts")];
  const hash = createHash("sha256");
  for (const source of sources.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts")).sort()) {
    const path = join(import.meta.dirname, source);
    if (existsSync(path)) hash.update(`\n${source}\n`).update(readFileSync(path));
  }
  return (codeHash = hash.digest("hex"));
}

/** ONNX Runtime reads weights only from real paths below the graph's folder. */
function canHold(folder: string, headers: readonly SafetensorsHeader[]): boolean {
  if (!headers.every(({ file }) => isBelow(folder, file))) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function fallbackFolder({ folders: [directory] }: GraphCheckpoint, { id }: GraphPlan, graphDir: string | undefined): string {
  if (!graphDir) {
    throw new CheckpointError(
      said("{id}'s ONNX graph cannot be written into {directory}: the folder is read-only, or its weights are links to other folders. Make the folder writable, or set a folder for graphs on the same disk.", { id, directory }),
    );
  }
  const folder = join(graphDir, createHash("sha256").update(directory).digest("hex").slice(0, 16));
  try {
    makeDirectories(folder);
    accessSync(folder, constants.W_OK);
    return realpathSync(folder);
  } catch (error) {
    throw new CheckpointError(
      said("{id}'s ONNX graph cannot be written beside its weights in {directory}, nor into {folder} ({code}). Set DATA_DIR to a folder that can be written to, on the checkpoint's own disk.", { id, directory, folder, code: (error as NodeJS.ErrnoException).code ?? String(error) }),
    );
  }
}
