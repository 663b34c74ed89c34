/** A child process that is started again, after a pause that grows, whenever it ends by itself. */
import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChildReport, NudgeMessage } from "./child-role";
import { root } from "./root";

/** A process that lived this long starts again at once. */
const steadyMs = 30_000;
const longestPauseMs = 15_000;
/** After SIGTERM. */
const patienceMs = 6_000;

export interface ProcessSpec {
  name: string;
  /** A file in server/processes. */
  entry: string;
  env: Readonly<Record<string, string | undefined>>;
  log(line: string): void;
  /** Hears what the process has to say to the other ones. */
  onNudge?(message: NudgeMessage): void;
}

export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private grandchildren: number[] = [];
  private stopping = false;
  private failures = 0;
  private pause: NodeJS.Timeout | undefined;
  private failure: string | null = null;
  private wasReady = false;
  private readonly kept: Record<string, string> = {};
  private onFirst: { resolve(address: string): void; reject(error: Error): void } | null = null;

  constructor(private readonly spec: ProcessSpec) {}

  /** Resolves with the address the process reports when it is ready for the first time; rejects when the first try ends before. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.onFirst = { resolve, reject };
      this.spawn();
    });
  }

  /** What every further life of the process finds in its environment, beside what the first one found. */
  keep(env: Readonly<Record<string, string>>): void {
    Object.assign(this.kept, env);
  }

  /** Passes a word on; lost while the process is not there. */
  tell(message: NudgeMessage): void {
    if (this.child?.connected) this.child.send(message, () => {});
  }

  /** Resolves when the process is gone: politely, then by force. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.pause);
    const { child } = this;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await gone;
    clearTimeout(force);
  }

  private spawn(): void {
    const { name, entry, env, log } = this.spec;
    const begun = performance.now();
    const tsx = createRequire(import.meta.url).resolve("tsx");
    const child = fork(join(root, "server", "processes", entry), [], {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json"), ...env, ...this.kept },
      execArgv: ["--import", pathToFileURL(tsx).href],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.child = child;
    this.failure = null;
    passLines(child, name, log);
    child.on("message", (message) => this.hear(message as ChildReport));
    child.once("error", (error) => log(`[${name}] ${error.message}`));
    child.once("exit", (code, signal) => this.ended(signal ?? `code ${code}`, performance.now() - begun));
  }

  private hear(message: ChildReport): void {
    if (message.type === "nudge") this.spec.onNudge?.(message);
    else if (message.type === "grandchildren") this.grandchildren = message.pids;
    else if (message.type === "failed") this.failure = message.message;
    else {
      if (this.wasReady) this.spec.log(`The ${this.spec.name} is back.`);
      this.wasReady = true;
      this.onFirst?.resolve(message.address);
    }
  }

  private ended(how: string, livedMs: number): void {
    this.child = null;
    this.endGrandchildren();
    if (this.stopping) return;
    // Whoever waits for the first start may give up and stop everything.
    if (!this.wasReady && this.failures === 0) this.onFirst?.reject(new Error(this.failure ?? `The ${this.spec.name} process ended at its start (${how}).`));
    this.failures = livedMs > steadyMs ? 0 : this.failures + 1;
    const wait = this.failures <= 1 ? 100 : Math.min(longestPauseMs, 250 * 2 ** this.failures);
    if (this.wasReady) this.spec.log(`The ${this.spec.name} process ended (${this.failure ?? how}); starting it again.`);
    this.pause = setTimeout(() => this.spawn(), wait);
  }

  /** A killed worker cannot end its runners, which may be deep in a computation and would go on alone. */
  private endGrandchildren(): void {
    for (const pid of this.grandchildren.splice(0)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
    }
  }
}

function passLines(child: ChildProcess, name: string, log: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) log(`[${name}] ${line}`);
    });
    stream?.on("end", () => rest && log(`[${name}] ${rest}`));
  }
}
