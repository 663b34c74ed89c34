import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";

/** The name of what a provider computes on, for people to read. */
export async function deviceName(provider: "cpu" | "cuda" | "webgpu"): Promise<string> {
  if (provider === "cuda") {
    const found = await promisify(execFile)("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"]).catch(() => null);
    return found?.stdout.split("\n")[0]?.trim() || "NVIDIA GPU";
  }
  if (provider === "webgpu") return "GPU (WebGPU)";
  const cores = cpus();
  return `${cores[0]?.model.trim() || "CPU"} (${cores.length} ${cores.length === 1 ? "core" : "cores"})`;
}
