/** Takes runs from the queue and sees each to its end, one at a time; a probe may go first in the middle of a run. */
import { setTimeout as sleep } from "node:timers/promises";
import { ZodError } from "zod";
import { quoted, said, saidMessage } from "@/models/said";
import { isDatabaseAway, isDiskFull, lastLine } from "@/server/database/client";
import { Computation, type ComputeProbe, type RunWorkerParts } from "./computation";
import { endRun, RunLost } from "./event-log";
import { claimRun, findOrphan } from "./run-claim";
import { glance } from "./queue-state";
import { Pause } from "./pause";
import { lastWords } from "./run-progress";
import { readState } from "./run-store";

const idleMs = 150;
/** How often runs are looked for that nobody computes any more. */
const orphanPollMs = 5_000;

export class RunWorker {
  private orphansLookedFor = Number.NEGATIVE_INFINITY;
  private readonly pause = new Pause();
  /** The run that is computed, and a probe that goes first. */
  private readonly computations = new Set<Computation>();

  constructor(private readonly parts: RunWorkerParts) {}

  /** Whether a run is being computed. */
  get busy(): boolean {
    return this.computations.size > 0;
  }

  /** Something in the queue has changed: a run waits, or the one that is computed may not be wanted any more. */
  lookNow(): void {
    this.pause.cut();
    for (const computation of this.computations) computation.lookNow();
  }

  /** Works until `signal` aborts; a run under way is then left as it is, to be resumed. */
  async work(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const runId = await this.next();
        failures = 0;
        if (runId === null) await this.pause.wait(idleMs, signal);
        else await this.compute(runId, signal);
      } catch (error) {
        // The database restarts, say; said once, tried until it works.
        if (!signal.aborted && failures++ === 0) console.error(`The queue is interrupted: ${lastLine(error)}`);
        await sleep(Math.min(2_000, 100 * 2 ** failures));
      }
    }
  }

  private async next(): Promise<string | null> {
    const { db, queue, workerId, siblings } = this.parts;
    const { paused, waiting, probe } = await glance(db);
    if (performance.now() - this.orphansLookedFor > orphanPollMs) {
      // Also in a paused queue: what was running goes on.
      const orphan = await findOrphan(db, workerId, { siblings, queuePaused: paused });
      if (orphan !== null) return orphan;
      this.orphansLookedFor = performance.now();
    }
    // Its job stays behind until it has ended; who takes that meanwhile finds the run claimed.
    if (paused) return probe;
    // Asking the queue itself locks rows.
    return waiting ? queue.take() : null;
  }

  /** `others` is what the runner does before it, `onClaimed` hears when the run is this worker's. */
  private async compute(runId: string, signal: AbortSignal, others: Promise<unknown> | null = null, onClaimed?: () => void): Promise<void> {
    let computation: Computation | undefined;
    try {
      const run = await claimRun(this.parts.db, runId, this.parts.workerId, this.parts.siblings);
      if (!run) return;
      onClaimed?.();
      this.parts.reserve.keep();
      computation = new Computation(this.parts, run, signal, others, (...probe) => this.computeProbe(signal, ...probe));
      this.computations.add(computation);
      await computation.toItsEnd();
    } catch (error) {
      if (error instanceof RunLost) return console.error(error.message);
      // Any other failure would meet this run again and again, and no other run would have its turn.
      if (signal.aborted || isDatabaseAway(error) || isDiskFull(error) || !(await this.fail(runId, error))) throw error;
    } finally {
      if (computation) this.computations.delete(computation);
    }
  }

  private async computeProbe(signal: AbortSignal, ...[runId, host, onClaimed]: Parameters<ComputeProbe>): Promise<void> {
    try {
      await this.compute(runId, signal, host, onClaimed);
    } catch (error) {
      // No concern of the run that let it go first. What is left of it is an orphan (see `next`).
      if (!signal.aborted) console.error(`Probe ${runId} is interrupted: ${lastLine(error)}`);
    }
  }

  /** Ends a run that cannot be read or written. False when this worker does not hold it. */
  private async fail(runId: string, error: unknown): Promise<boolean> {
    const { db, queue, workerId } = this.parts;
    const failure = saidMessage(
      error instanceof ZodError
        ? said("This run was stored by another version and cannot be read any more. Run the workflow again.")
        : said("This run could not go on: {why}", { why: quoted(lastLine(error)) }),
    );
    console.error(`Run ${runId}: ${failure.message}`);
    return db.$transaction(async (tx) => {
      const run = await tx.run.findFirst({ where: { id: runId, status: "running", workerId }, select: { attempt: true, lastEvent: true, seconds: true } });
      if (!run) return false;
      const { state } = await readState(tx, runId, run.lastEvent).catch(() => ({ state: null }));
      await endRun(tx, { runId, ...run }, state ? lastWords(state, "failed", failure) : [], { status: "failed", seconds: run.seconds ?? 0, ...failure });
      await queue.remove(tx, runId);
      return true;
    });
  }
}
