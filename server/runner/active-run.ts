/** The parent's side of one job: records its events, cancels it, and closes it properly when the process cannot. */
import { planRun } from "@/server/engine/plan";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import type { ArtifactStore } from "@/server/artifacts/store";
import { describeFailure } from "@/server/engine/failure";
import { EventRecorder } from "./event-recorder";
import type { FromRunner, RunJob, ToRunner } from "./messages";

export interface RunProcess {
  send(message: ToRunner): void;
  kill(): void;
  readonly killAfterMs: number;
}

export class ActiveRun {
  private readonly recorder: EventRecorder;
  private readonly begun = performance.now();
  /** Planned nodes without a final word yet. */
  private readonly open: Set<string>;
  private ended: RunEnding | null = null;
  private cancelling = false;
  private killTimer: NodeJS.Timeout | undefined;
  private resolve!: () => void;
  private reject!: (error: Error) => void;
  private readonly outcome = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(
    private readonly job: RunJob,
    store: ArtifactStore,
    private readonly onEvent: (event: RunEvent) => void,
    private readonly process: RunProcess,
  ) {
    this.open = new Set(planRun(job.graph, job.targets).nodes.map(({ node }) => node.id).filter((id) => !job.finished[id]));
    this.recorder = new EventRecorder(store, (event) => this.pass(event), () => this.cancel());
  }

  /** Sends the job and resolves with its ending. Rejects when the process is lost without having been asked to stop. */
  async start(signal: AbortSignal): Promise<RunEnding> {
    const cancel = () => this.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.process.send({ type: "run", job: this.job });
    if (signal.aborted) this.cancel();
    try {
      await this.outcome;
    } finally {
      signal.removeEventListener("abort", cancel);
      clearTimeout(this.killTimer);
    }
    await this.recorder.settled();
    return this.ended ?? this.close();
  }

  receive(message: Exclude<FromRunner, { type: "ready" }>): void {
    if (message.runId !== this.job.runId) return;
    if (message.type === "settled") return this.resolve();
    const passed = this.recorder.accept(message.event);
    if (message.event.type === "frame") void passed.then(() => this.process.send({ type: "stored", runId: this.job.runId }));
  }

  /** The process is gone. After a cancellation that is a way to end; otherwise the caller hears of it. */
  lost(error: Error): void {
    if (this.cancelling) return this.resolve();
    void this.recorder.settled().then(() => this.reject(error));
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
  private close(): RunEnding {
    const { failure } = this.recorder;
    const described = failure && describeFailure(failure.error);
    if (described && failure.nodeId !== null) {
      const { message, remedy } = described;
      this.pass({ type: "node-failed", nodeId: failure.nodeId, message, ...(remedy !== undefined && { remedy }) });
    }
    for (const nodeId of this.open) this.pass({ type: "node-not-run", nodeId });
    const status: RunEnding = described ? "failed" : "cancelled";
    const seconds = (performance.now() - this.begun) / 1000;
    const message = described && [described.message, described.remedy].filter(Boolean).join(" ");
    this.pass({ type: "ended", status, seconds, ...(message && { message }) });
    return status;
  }
}
