/** For tests: a fixture written by this folder's Python scripts, and a graph over its weights, run and compared. */
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { readSafetensorsHeader, readTensor } from "../checkpoints/safetensors";
import { Weights } from "../checkpoints/weights";
import type { GraphBuilder } from "../graph/graph-builder";
import { float32Data, type DType, type Tensor, type Tensors } from "../tensor";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixtures");

export interface Fixture {
  /** The model's config.json. */
  readonly config: unknown;
  readonly weights: Weights;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/** A fixture, copied to a scratch folder: graphs are written beside their weights, not into the repository. */
export function openFixture(name: string): Fixture {
  scratch ??= scratchFolder();
  const path = join(scratch, `${name}.safetensors`);
  copyFileSync(join(fixtures, `${name}.safetensors`), path);
  const header = readSafetensorsHeader(path);
  const below = (prefix: string): Tensors => {
    const names = [...header.tensors.keys()].filter((key) => key.startsWith(prefix));
    return Object.fromEntries(names.map((key) => [key.slice(prefix.length), readTensor(header, key)]));
  };
  return {
    config: JSON.parse(header.metadata["config"] ?? "null"),
    weights: Weights.of(name, path, [header]),
    inputs: below("input."),
    outputs: below("output."),
  };
}

let scratch: string | undefined;

function scratchFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "parity-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let graphs = 0;

/** Runs a graph once on the CPU. For the time of loading, its .onnx file lies in the folder of its first weight file. */
export async function runOnCpu(graph: GraphBuilder, feeds: Tensors): Promise<Record<string, Tensor>> {
  const folder = dirname(graph.weightFiles()[0] ?? join(tmpdir(), "any"));
  const path = join(folder, `.${graph.name}-${process.pid}-${graphs++}.onnx`);
  writeFileSync(path, graph.encode(folder));
  try {
    const session = await InferenceSession.create(path, { logSeverityLevel: 3, intraOpNumThreads: 1 });
    const given = Object.entries(feeds).map(([name, tensor]) => [name, new OrtTensor(tensor.dtype, tensor.data as never, tensor.dims)]);
    const results = await session.run(Object.fromEntries(given));
    const tensors = Object.entries(results).map(([name, { type, dims, data }]) => [name, { dtype: type as DType, dims: [...dims], data }]);
    return Object.fromEntries(tensors);
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * The largest absolute difference over the largest expected magnitude. Throws when the shapes differ.
 *
 * Float32 kernels of two libraries differ in the order of their sums, by a few units of 1e-7 per layer; 2e-4 leaves
 * room for many layers and is far below what a wrong term, order or mask causes (1e-2 and more on these fixtures).
 */
export function relativeError(actual: Tensor | undefined, expected: Tensor | undefined): number {
  if (actual?.dims.join() !== expected?.dims.join()) {
    throw new RangeError(`Shapes differ: got [${actual?.dims.join(", ")}], expected [${expected?.dims.join(", ")}].`);
  }
  const [a, b] = [float32Data(actual, "The result"), float32Data(expected, "The reference")];
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.NaN;
    worst = Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  return worst / scale;
}

export const parityTolerance = 2e-4;
