import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";

export interface Device {
  readonly name: string;
  /** Of a processor. */
  readonly cores: number | null;
}

/** What a provider computes on. */
export async function findDevice(provider: "cpu" | "cuda" | "webgpu"): Promise<Device> {
  if (provider === "cuda") {
    const found = await promisify(execFile)("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"]).catch(() => null);
    return { name: found?.stdout.split("\n")[0]?.trim() || "NVIDIA GPU", cores: null };
  }
  if (provider === "webgpu") return { name: "GPU (WebGPU)", cores: null };
  const cores = cpus();
  return { name: cores[0]?.model.trim() || "CPU", cores: cores.length };
}

/** For the terminal: "AMD EPYC (2 cores)". */
export function deviceName({ name, cores }: Device): string {
  return cores === null ? name : `${name} (${cores} ${cores === 1 ? "core" : "cores"})`;
}
