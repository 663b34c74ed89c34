/** The whole program as `npm start` runs it, with its processes to be killed one by one. Reads /proc: Linux only. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "@/server/api/router";
import { processTree } from "@/server/bench/process-memory";
import { root } from "@/server/processes/root";

/** What may be killed, and the file that its command names. */
export const roles = { runner: "runner-process.ts", worker: "processes/worker.ts", site: "processes/web.ts", database: "processes/database.ts" } as const;
export type Role = keyof typeof roles;

export class StudioProcess {
  private constructor(
    private readonly launcher: ChildProcess,
    readonly address: string,
    private readonly said: readonly string[],
  ) {}

  /** On a port that the system chooses unless one is given. Throws with what the launcher said when it ends before the site answers. */
  static async start(dataDir: string, port = 0): Promise<StudioProcess> {
    const launcher = spawn(process.execPath, ["--import", "tsx", join(root, "server/launcher.ts"), "--no-open"], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: "", PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    createInterface({ input: launcher.stderr }).on("line", (line) => said.push(line));
    const address = await new Promise<string>((resolve, reject) => {
      createInterface({ input: launcher.stdout }).on("line", (line) => {
        said.push(line);
        const found = /ready at (http\S+)/.exec(line)?.[1];
        if (found) resolve(found);
      });
      launcher.once("exit", () => reject(new Error(`The program did not start: ${said.join(" ")}`)));
    });
    return new StudioProcess(launcher, address, said);
  }

  /** Of the launcher. */
  get pid(): number {
    return this.launcher.pid!;
  }

  get alive(): boolean {
    return this.launcher.exitCode === null && this.launcher.signalCode === null;
  }

  /** Whether the program wrote a line that begins so. */
  wrote(beginning: string): boolean {
    return this.said.some((line) => line.startsWith(beginning));
  }

  /** The last lines the program wrote. */
  lastWords(): string {
    return this.said.slice(-20).join("\n");
  }

  /** Sends SIGKILL to the process of that role; false when it is not there just now. */
  kill(role: Role): boolean {
    return this.signal(role, "SIGKILL");
  }

  /** The process of that role answers nobody for so long; whoever is connected to it waits. */
  async freeze(role: Role, seconds: number): Promise<void> {
    this.signal(role, "SIGSTOP");
    await sleep(seconds * 1000);
    this.signal(role, "SIGCONT");
  }

  /** For so long there is no process of that role: one that is started again is killed again. */
  async keepDown(role: Role, seconds: number): Promise<void> {
    const begun = performance.now();
    while ((performance.now() - begun) / 1000 < seconds) {
      this.kill(role);
      await sleep(50);
    }
  }

  private signal(role: Role, signal: NodeJS.Signals): boolean {
    const found = processTree(this.pid).find(({ command }) => command.includes(roles[role]));
    if (!found) return false;
    try {
      process.kill(found.pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    const gone = new Promise((resolve) => this.launcher.once("exit", resolve));
    this.launcher.kill("SIGTERM");
    await gone;
  }
}

export type Api = ReturnType<typeof apiOf>;

export function apiOf(address: string) {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${address}/api/trpc` })] });
}

/** Asks until there is an answer: what is asked must be harmless to ask twice. Throws after `seconds` without one. */
export async function insist<T>(ask: () => Promise<T>, seconds = 120): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((performance.now() - begun) / 1000 > seconds) throw error;
      await sleep(200);
    }
  }
}
