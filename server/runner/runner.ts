/** Runs jobs in a process of its own, which holds the ONNX sessions: it can be killed, and a crash takes nobody along. */
import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inEnglish, quoted, type Said, said } from "@/models/said";
import type { NumericEnvironment, Recipe } from "@/nodes/recipe";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import { type Memory, noMemory, type StoredResult } from "@/server/engine/resolve";
import type { ProviderChoice } from "@/server/sessions/provider";
import { ActiveRun } from "./active-run";
import type { MemoryUse } from "./memory-use";
import { eventDescriptor, type FromRunner, type ProcessSettings, type Question, type RunJob, type RunTimings, type ToRunner } from "./messages";

export type { RunJob, RunTimings } from "./messages";

export interface RunnerSettings extends ProcessSettings {
  /** Takes what the process writes to its standard output and error; by default passed to this process's stderr. */
  readonly onLog?: (text: string) => void;
  /** How long after a cancellation a load or step may still take before the process is killed; 10,000 ms. */
  readonly killAfterMs?: number;
  /** Bytes of memory at which the process is ended and its run fails; 0 or absent for never. */
  readonly memoryLimit?: number;
}

export interface RunnerStatus {
  /** Null between a crash and the next run. */
  readonly pid: number | null;
  readonly busy: boolean;
  /** Null until the process has started. */
  readonly provider: ProviderChoice | null;
  /** Null until the process has started, and while the checkpoint cannot be opened. */
  readonly environment: NumericEnvironment | null;
  /** Of the last run that ended by itself. */
  readonly lastRun: RunTimings | null;
  /** Resident bytes of the process when it last said so; null before its first run. */
  readonly rss: number | null;
}

export interface Runner {
  /**
   * Runs a job and resolves with how it ended, after its "ended" event. Rejects with a RunnerCrash, without that event,
   * when the process dies on the way: the job may then be resumed. One job at a time. `onEvent` hears with the start or
   * reuse of a node what it is made from; `find` is asked for results that exist.
   */
  run(job: RunJob, onEvent: (event: RunEvent, recipe?: Recipe) => void, signal: AbortSignal, find?: Memory["find"]): Promise<RunEnding>;
  /**
   * Has the job of this run end as cancelled at the next step that it can go on after; the runner is then free for another
   * before it goes on. Does nothing when no such step comes, or another job is at work.
   */
  interrupt(runId: string): void;
  status(): RunnerStatus;
  /** Ends the process; a job still running is lost as in a crash. */
  close(): Promise<void>;
}

/** The process that ran the job is gone. */
export class RunnerCrash extends Error {
  override readonly name = "RunnerCrash";
  constructor(readonly said: Said) {
    super(inEnglish(said));
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Starts the process at once, so that it is warm for the first job, and again after a crash when the next job comes. */
export function startRunner(settings: RunnerSettings): Runner {
  return new ProcessRunner(settings);
}

class ProcessRunner implements Runner {
  private child: ChildProcess | null = null;
  private active: ActiveRun | null = null;
  private provider: ProviderChoice | null = null;
  private lastRun: RunTimings | null = null;
  private environment: NumericEnvironment | null = null;
  private rss: number | null = null;
  private find: Memory["find"] = noMemory.find;
  private closed = false;

  constructor(private readonly settings: RunnerSettings) {
    this.spawn();
  }

  status(): RunnerStatus {
    return { pid: this.child?.pid ?? null, busy: this.active !== null, provider: this.provider, environment: this.environment, lastRun: this.lastRun, rss: this.rss };
  }

  async run(job: RunJob, onEvent: (event: RunEvent, recipe?: Recipe) => void, signal: AbortSignal, find: Memory["find"] = noMemory.find): Promise<RunEnding> {
    if (this.closed) throw new Error("This runner is closed.");
    if (this.active) throw new Error("This runner is busy; it takes one job at a time.");
    const child = this.child ?? this.spawn();
    const active = new ActiveRun(job, onEvent, {
      send: (message) => send(child, message),
      kill: () => child.kill("SIGKILL"),
      killAfterMs: this.settings.killAfterMs ?? 10_000,
    });
    this.active = active;
    this.find = find;
    try {
      return await active.start(signal);
    } finally {
      this.active = null;
    }
  }

  interrupt(runId: string): void {
    this.active?.interrupt(runId);
  }

  async close(): Promise<void> {
    this.closed = true;
    const child = this.child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    // Not disconnect(): a process inside a long session.run would not notice for minutes.
    child.kill("SIGKILL");
    await gone;
  }

  private spawn(): ChildProcess {
    const tsx = createRequire(import.meta.url).resolve("tsx");
    const child = fork(join(dirname(fileURLToPath(import.meta.url)), "runner-process.ts"), [], {
      cwd: root,
      execArgv: ["--import", pathToFileURL(tsx).href],
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json") },
      // stdin, stdout, stderr, jobs in, events out (eventDescriptor)
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
    });
    this.child = child;
    const log = this.settings.onLog ?? ((text: string) => process.stderr.write(text));
    child.stdout?.on("data", (chunk: Buffer) => log(chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => log(chunk.toString()));
    createInterface({ input: child.stdio[eventDescriptor] as Readable }).on("line", (line) => {
      const message = readMessage(line);
      if (message) this.receive(message);
    });
    child.on("message", (message) => void this.answer(child, message as Question));
    const gone = (reason: Said) => {
      if (this.child !== child) return;
      this.child = null;
      this.rss = null;
      this.active?.lost(new RunnerCrash(reason));
    };
    child.once("error", (error) => gone(said("The runner process could not be started: {why}.", { why: quoted(error.message) })));
    // Not "exit": what the process wrote before it died is still read until then.
    child.once("close", (code, signal) => gone(crashReason(code, signal)));
    const { dataDir, checkpointDir, provider, sessionMemory, keepsFrames, runs } = this.settings;
    send(child, { type: "open", settings: { dataDir, checkpointDir, provider, ...(sessionMemory !== undefined && { sessionMemory }), ...(keepsFrames !== undefined && { keepsFrames }), ...(runs !== undefined && { runs }) } });
    return child;
  }

  /** What cannot be looked up now is computed: an answer always comes. */
  private async answer(child: ChildProcess, { question, keys }: Question): Promise<void> {
    const results = await this.find(keys).catch(() => new Map<string, StoredResult>());
    send(child, { type: "found", question, results: [...results] });
  }

  private guardMemory({ resident, own }: MemoryUse): void {
    this.rss = resident;
    const { memoryLimit } = this.settings;
    if (memoryLimit && own > memoryLimit) this.active?.exceedMemory(own, memoryLimit);
  }

  private receive(message: FromRunner): void {
    if (message.type === "ready") {
      this.provider = message.provider;
      this.environment = message.environment;
    } else if (message.type === "memory") this.guardMemory(message.use);
    else {
      if (message.type === "settled") this.lastRun = message.timings;
      this.active?.receive(message);
    }
  }
}

/** Null for a line that a killed process left half-written: its "close" follows and says what happened. */
export function readMessage(line: string): FromRunner | null {
  try {
    return JSON.parse(line) as FromRunner;
  } catch {
    return null;
  }
}

function crashReason(code: number | null, signal: NodeJS.Signals | null): Said {
  if (signal === "SIGKILL") return said("The runner process was killed; when nobody did so, this computer ran out of memory.");
  if (signal) return said("The runner process ended unexpectedly ({signal}).", { signal });
  return said("The runner process ended unexpectedly (exit code {code}).", { code: String(code) });
}

/** A process that is just dying refuses messages; its exit is reported separately. */
function send(child: ChildProcess, message: ToRunner): void {
  if (child.connected) child.send(message, () => undefined);
}
