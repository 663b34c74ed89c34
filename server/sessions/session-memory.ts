/**
 * How a session holds its weights, and what that costs. Estimates, to be made before anything is loaded.
 *
 * Measured on bifrost-mini (bf16 files, ONNX Runtime 1.30, CPU), growth of the resident memory over the bytes of the
 * weight files: FLUX transformer 19 over 10.5 MB, with its ControlNet 33 over 16.4 MB, resampler 10.5 over 5.9 MB,
 * unmasker 7 and the authors' way 16 over 9.4 MB (a file that holds other models too), autoencoder 4.5 and 5.6 over
 * 3.5 MB: widening to float32 gives the factor 2, prepacked weights take the place of the plain ones. A second to fifth
 * session of one graph added 31 to 35 MB for 16.4 MB each. The first session of a process adds 28 MB for ONNX Runtime
 * itself. Opening and releasing one graph ten times stays flat (178 to 181 MB): what is freed is used again, though the
 * allocator does not hand all of it back to the system.
 */
import type { ProviderName } from "./provider";

/** Below this, weights are folded and prepacked at load for speed; above, they stay mapped in their own files. */
const smallWeights = 500e6;
/** Nodes, names and buffers of a session, whatever its weights. */
const sessionOverhead = 5e6;

export interface WeightFile {
  readonly file: string;
  readonly size: number;
}

/** Mapped weights are pages of their files: sessions of the same files share them, and loading does not read them. */
export function isMapped(provider: ProviderName, weightBytes: number): boolean {
  return provider === "cpu" && weightBytes > smallWeights;
}

/** bfloat16 halves the memory of large models on a GPU; on a CPU it is widened in each run anyway. */
export function weightPrecision(provider: ProviderName, weightBytes: number): "float32" | "bfloat16" {
  return provider === "cuda" && weightBytes > smallWeights ? "bfloat16" : "float32";
}

/** Bytes held, by what holds them. Two sessions that hold the same thing hold it once. */
export function heldMemory(provider: ProviderName, path: string, weights: readonly WeightFile[]): ReadonlyMap<string, number> {
  const bytes = weightBytes(weights);
  const own: [string, number] = [path, sessionOverhead];
  if (isMapped(provider, bytes)) return new Map([own, ...weights.map(({ file, size }): [string, number] => [file, size])]);
  const widened = weightPrecision(provider, bytes) === "float32" ? 2 : 1;
  return new Map([[path, sessionOverhead + widened * bytes]]);
}

export function weightBytes(weights: readonly WeightFile[]): number {
  return weights.reduce((sum, { size }) => sum + size, 0);
}

/** Bytes of everything held by any of `holders`. */
export function unionBytes(holders: Iterable<ReadonlyMap<string, number>>): number {
  const all = new Map<string, number>();
  for (const held of holders) for (const [name, bytes] of held) all.set(name, bytes);
  return [...all.values()].reduce((sum, bytes) => sum + bytes, 0);
}
