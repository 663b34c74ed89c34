/** The parent's side of one job: passes its events on, cancels it, and closes it properly when the process cannot. */
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import { planRun } from "@/server/engine/plan";
import type { FromRunner, RunJob, StoringFailure, ToRunner } from "./messages";

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
  private killTimer: NodeJS.Timeout | undefined;
  private resolve!: (failure: StoringFailure | null) => void;
  private reject!: (error: Error) => void;
  private readonly outcome = new Promise<StoringFailure | null>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    private readonly job: RunJob,
    private readonly onEvent: (event: RunEvent) => void,
    private readonly process: RunProcess,
  ) {
    this.open = new Set(planRun(job.graph, job.targets).nodes.map(({ node }) => node.id).filter((id) => !job.finished[id]));
  }

  /** Sends the job and resolves with its ending. Rejects when the process is lost without having been asked to stop. */
  async start(signal: AbortSignal): Promise<RunEnding> {
    const cancel = () => this.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.process.send({ type: "run", job: this.job, cancelled: signal.aborted });
    if (signal.aborted) this.cancel();
    try {
      const failure = await this.outcome;
      return this.ended ?? this.close(failure);
    } finally {
      signal.removeEventListener("abort", cancel);
      clearTimeout(this.killTimer);
    }
  }

  receive(message: Exclude<FromRunner, { type: "ready" }>): void {
    if (message.runId !== this.job.runId) return;
    if (message.type === "settled") this.resolve(message.failure);
    else this.pass(message.event);
  }

  /** The process is gone. After a cancellation that is a way to end; otherwise the caller hears of it. */
  lost(error: Error): void {
    if (this.cancelling) this.resolve(null);
    else this.reject(error);
  }

  private cancel(): void {
    if (this.cancelling) return;
    this.cancelling = true;
    this.process.send({ type: "cancel", runId: this.job.runId });
    this.killTimer = setTimeout(() => this.process.kill(), this.process.killAfterMs);
  }

  private pass(event: RunEvent): void {
    if (event.type === "node-done" || event.type === "node-failed" || event.type === "node-not-run") this.open.delete(event.nodeId);
    if (event.type === "ended") this.ended = event.status;
    this.onEvent(event);
  }

  /** Says the last words in place of a process that was killed, or of a run whose results could not be stored. */
  private close(failure: StoringFailure | null): RunEnding {
    if (failure?.nodeId != null) {
      const { nodeId, message, remedy } = failure;
      this.pass({ type: "node-failed", nodeId, message, ...(remedy !== undefined && { remedy }) });
    }
    for (const nodeId of this.open) this.pass({ type: "node-not-run", nodeId });
    const status: RunEnding = failure ? "failed" : "cancelled";
    const message = failure && [failure.message, failure.remedy].filter(Boolean).join(" ");
    this.pass({ type: "ended", status, seconds: (performance.now() - this.begun) / 1000, ...(message && { message }) });
    return status;
  }
}
