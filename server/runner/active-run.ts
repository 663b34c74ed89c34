/** The parent's side of one job: passes its events on, cancels it, and closes it properly when the process cannot. */
import type { Recipe } from "@/nodes/recipe";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import { failureOfRun } from "@/server/engine/failure";
import { planRun } from "@/server/engine/plan";
import { memoryFailure, placeAfter, timeFailure, type RunPlace } from "./run-limits";
import type { FromRunner, RunJob, StoringFailure, ToRunner } from "./messages";

/** A load cannot be interrupted, and may take minutes: after a cancellation it is not waited for. */
const loadGraceMs = 500;
/** What a timer takes. */
const longestTimerMs = 2 ** 31 - 1;

export interface RunProcess {
  send(message: ToRunner): void;
  kill(): void;
  readonly killAfterMs: number;
}

export class ActiveRun {
  private readonly begun = performance.now();
  /** Planned nodes without a final word yet. */
  private readonly open: Set<string>;
  private ended: RunEnding | null = null;
  private cancelling = false;
  /** When a cancellation was asked for. */
  private cancelled = 0;
  private loading = false;
  private killTimer: NodeJS.Timeout | undefined;
  private limitTimer: NodeJS.Timeout | undefined;
  /** Why this side ends the run as failed. */
  private failing: StoringFailure | null = null;
  private place: RunPlace = { nodeId: null, frame: null };
  private resolve!: (failure: StoringFailure | null) => void;
  private reject!: (error: Error) => void;
  private readonly outcome = new Promise<StoringFailure | null>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    private readonly job: RunJob,
    private readonly onEvent: (event: RunEvent, recipe?: Recipe) => void,
    private readonly process: RunProcess,
  ) {
    this.open = new Set(planRun(job.graph, job.targets).nodes.map(({ id }) => id).filter((id) => !job.finished[id]));
  }

  /** Sends the job and resolves with its ending. Rejects when the process is lost without having been asked to stop. */
  async start(signal: AbortSignal): Promise<RunEnding> {
    const cancel = () => this.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.process.send({ type: "run", job: this.job, cancelled: signal.aborted });
    if (signal.aborted) this.cancel();
    const { timeLimit, secondsBefore = 0 } = this.job;
    // A run that has used up its time fails at once, with the words for that.
    if (timeLimit !== undefined) this.limitTimer = setTimeout(() => this.exceedTime(timeLimit), Math.min(Math.max(1, (timeLimit - secondsBefore) * 1000), longestTimerMs));
    try {
      const failure = await this.outcome;
      return this.ended ?? this.close(failure);
    } finally {
      signal.removeEventListener("abort", cancel);
      clearTimeout(this.killTimer);
      clearTimeout(this.limitTimer);
    }
  }

  receive(message: Exclude<FromRunner, { type: "ready" | "memory" }>): void {
    if (message.runId !== this.job.runId) return;
    if (message.type === "settled") this.resolve(message.failure ?? this.failing);
    else if (message.type === "load") this.load(message.loading);
    else if (!this.failing) this.pass(message.event, message.recipe);
    else this.passLate(message.event);
  }

  /** Ends the run because the process takes `used` bytes of memory: as failed, unless it is being ended for another reason already. */
  exceedMemory(used: number, limit: number): void {
    if (this.ended) return;
    if (!this.cancelling) this.failing = memoryFailure(this.job.graph, this.place, used, limit);
    this.cancelling = true;
    this.process.kill();
  }

  /** See Runner.interrupt. Nothing is killed: a step may take as long as it takes. */
  interrupt(runId: string): void {
    if (runId === this.job.runId) this.process.send({ type: "interrupt", runId });
  }

  /** The process is gone. After a cancellation that is a way to end; otherwise the caller hears of it. */
  lost(error: Error): void {
    if (this.cancelling) this.resolve(this.failing);
    else this.reject(error);
  }

  private cancel(): void {
    if (this.cancelling) return;
    this.cancelling = true;
    this.cancelled = performance.now();
    this.process.send({ type: "cancel", runId: this.job.runId });
    this.killLater();
  }

  private exceedTime(limit: number): void {
    if (this.cancelling || this.ended) return;
    this.failing = timeFailure(this.job.graph, this.place, limit);
    this.cancel();
  }

  /** A step ends by itself before long, and with it the run; a load is cut short. */
  private killLater(): void {
    const { killAfterMs } = this.process;
    const left = this.cancelled + killAfterMs - performance.now();
    clearTimeout(this.killTimer);
    this.killTimer = setTimeout(() => this.process.kill(), Math.max(0, this.loading ? Math.min(loadGraceMs, left) : left));
  }

  private load(loading: boolean): void {
    this.loading = loading;
    if (this.cancelling) this.killLater();
  }

  /** What comes after this side has ended the run: its last words are `close`'s, unless the process was done all the same. */
  private passLate(event: RunEvent): void {
    if (event.type === "node-not-run" || (event.type === "ended" && event.status === "cancelled")) return;
    if (event.type === "ended") {
      this.failing = null;
      for (const nodeId of this.open) this.pass({ type: "node-not-run", nodeId });
    }
    this.pass(event);
  }

  private pass(event: RunEvent, recipe?: Recipe): void {
    this.place = placeAfter(this.place, event);
    if (event.type === "node-done" || event.type === "node-reused" || event.type === "node-failed" || event.type === "node-not-run") this.open.delete(event.nodeId);
    if (event.type === "ended") this.ended = event.status;
    this.onEvent(event, recipe);
  }

  /** Says the last words in place of a process that was killed, or of a run whose results could not be stored. */
  private close(failure: StoringFailure | null): RunEnding {
    if (failure?.nodeId != null && this.open.has(failure.nodeId)) {
      this.pass({ type: "node-failed", ...failure, nodeId: failure.nodeId });
    }
    for (const nodeId of this.open) this.pass({ type: "node-not-run", nodeId });
    const status: RunEnding = failure ? "failed" : "cancelled";
    this.pass({ type: "ended", status, seconds: (performance.now() - this.begun) / 1000, ...(failure && failureOfRun(failure)) });
    return status;
  }
}
