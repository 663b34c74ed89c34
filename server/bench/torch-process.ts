/** The Python process that times PyTorch for the unmasking bench. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { root } from "@/server/processes/root";

const script = join(root, "models/reference/unmask_bench.py");

/** The first of BIFROST_PYTHON, the repository's .venv and python3 that can import what the script needs. */
export function findPython(): string | null {
  const own = join(root, ".venv/bin/python");
  const candidates = [process.env.BIFROST_PYTHON, existsSync(own) ? own : undefined, "python3"].filter((found) => found !== undefined);
  return candidates.find((python) => spawnSync(python, ["-c", "import torch, safetensors"], { stdio: "ignore" }).status === 0) ?? null;
}

export interface TorchRequest {
  readonly way: "authors" | "prefix";
  readonly halves: 1 | 2;
  /** Where to write the prediction, if anywhere. */
  readonly out?: string;
}

export class TorchProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    private readonly reader: Interface,
    readonly version: string,
  ) {}

  /** Starts on a job file. Throws with the end of what Python said when it ends instead of answering. */
  static async start(python: string, job: string): Promise<TorchProcess> {
    const child = spawn(python, [script, job], { stdio: ["pipe", "pipe", "pipe"] });
    const said: string[] = [];
    child.stderr.on("data", (data: Buffer) => said.push(data.toString()));
    const failed = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${script} ended with ${code}: ${said.join("").trim().split("\n").slice(-3).join(" ")}`)));
    });
    failed.catch(() => undefined);
    const reader = createInterface({ input: child.stdout });
    const iterator = reader[Symbol.asyncIterator]();
    const lines: AsyncIterator<string> = { next: () => Promise.race([iterator.next(), failed]) };
    const { torch } = JSON.parse((await lines.next()).value as string) as { torch: string };
    return new TorchProcess(child, lines, reader, torch);
  }

  /** Seconds of one iteration, as measured there. */
  async time(request: TorchRequest): Promise<number> {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    return (JSON.parse((await this.lines.next()).value as string) as { seconds: number }).seconds;
  }

  stop(): void {
    this.reader.close();
    this.child.stdin!.end();
    this.child.kill();
  }
}
