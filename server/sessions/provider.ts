/** Which ONNX Runtime execution provider to use, and why not the one that was asked for. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

export const providerNames = ["cpu", "cuda", "webgpu"] as const;
export type ProviderName = (typeof providerNames)[number];

export interface ProviderChoice {
  readonly name: ProviderName;
  /** Why another one than asked for is used; null when there is nothing to say. */
  readonly reason: string | null;
}

/**
 * CUDA is tried only when its libraries are there: ONNX Runtime itself reports every cause with the same words and does
 * not fall back.
 */
export function availableProvider(wanted: ProviderName): ProviderChoice {
  if (wanted !== "cuda") return { name: wanted, reason: null };
  const missing = missingCudaLibraries();
  if (missing.length === 0) return { name: "cuda", reason: null };
  return { name: "cpu", reason: `CUDA was asked for, but ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing; running on the CPU.` };
}

/** Names of the libraries ONNX Runtime's CUDA provider needs and this machine does not have. */
export function missingCudaLibraries(): string[] {
  const binaries = onnxruntimeBinaries();
  const provider = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  if (!binaries || !existsSync(join(binaries, provider))) return [`ONNX Runtime's ${provider}`];
  if (process.platform === "win32") return [];
  const folders = libraryFolders(binaries);
  const needed = ["libcuda.so.1", "libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcudnn.so.9", "libcufft.so.11", "libcurand.so.10"];
  return needed.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
}

function onnxruntimeBinaries(): string | undefined {
  const root = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), "bin");
  const version = existsSync(root) ? readdirSync(root).find((name) => name.startsWith("napi-")) : undefined;
  return version && join(root, version, process.platform, process.arch);
}

function libraryFolders(binaries: string): string[] {
  const configured = (process.env.LD_LIBRARY_PATH ?? "").split(delimiter).filter(Boolean);
  const usual = ["/usr/local/cuda/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/nvidia/lib64", "/usr/lib/wsl/lib"];
  return [binaries, ...configured, ...usual];
}
