/** Takes runs from the queue and sees each to its end, one at a time, whatever dies on the way. */
import { setTimeout as sleep } from "node:timers/promises";
import { ZodError } from "zod";
import { quoted, said, saidMessage } from "@/models/said";
import type { Recipe } from "@/nodes/recipe";
import { afterEvent, type RunEnding, type RunEvent, type RunState } from "@/nodes/run-events";
import type { ArtifactStore } from "@/server/artifacts/store";
import { type Database, isDatabaseAway, isDiskFull, lastLine } from "@/server/database/client";
import { planRun } from "@/server/engine/plan";
import type { Memory } from "@/server/engine/resolve";
import { type RunJob, type Runner, RunnerCrash } from "@/server/runner/runner";
import type { DiskReserve } from "./disk-reserve";
import { endRun, RunLost } from "./event-log";
import { type Ending, EventWriter } from "./event-writer";
import { type ClaimedRun, claimRun, countCrash, findOrphan, isUnwanted } from "./run-claim";
import { FramePolicy } from "./frame-policy";
import { NodeResults } from "./node-results";
import { glance } from "./queue-state";
import { openMemory } from "./result-store";
import { patiently } from "./patient-lookup";
import { Pause } from "./pause";
import { RunPicture } from "./run-picture";
import { finishedOf, lastWords, partialOf, progressOf, type RunFailure } from "./run-progress";
import type { RunQueue } from "./run-queue";
import { readState } from "./run-store";

const idleMs = 150;
const cancelPollMs = 200;
/** How often runs are looked for that nobody computes any more. */
const orphanPollMs = 5_000;
const mostCrashes = 3;

export interface RunWorkerParts {
  db: Database;
  queue: RunQueue;
  store: ArtifactStore;
  runner: Runner;
  /** The same in every life of this worker, and nobody else's. */
  workerId: string;
  /** Of the other workers in this process: they live as long as this one. */
  siblings?: readonly string[];
  reserve: DiskReserve;
  /** Bytes that the tensors of one run's steps may take (see frame-policy.ts). */
  framesLimit: number;
  /** Hears each time that events of a run were written. */
  onWritten?(): void;
}

export class RunWorker {
  private orphansLookedFor = Number.NEGATIVE_INFINITY;
  private readonly pause = new Pause();
  private computation: Computation | null = null;

  constructor(private readonly parts: RunWorkerParts) {}

  /** Whether a run is being computed. */
  get busy(): boolean {
    return this.computation !== null;
  }

  /** Something in the queue has changed: a run waits, or the one that is computed may not be wanted any more. */
  lookNow(): void {
    this.pause.cut();
    this.computation?.lookNow();
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

  private async compute(runId: string, signal: AbortSignal): Promise<void> {
    try {
      const run = await claimRun(this.parts.db, runId, this.parts.workerId, this.parts.siblings);
      if (!run) return;
      this.parts.reserve.keep();
      this.computation = new Computation(this.parts, run, signal);
      await this.computation.toItsEnd();
    } catch (error) {
      if (error instanceof RunLost) return console.error(error.message);
      // Any other failure would meet this run again and again, and no other run would have its turn.
      if (signal.aborted || isDatabaseAway(error) || isDiskFull(error) || !(await this.fail(runId, error))) throw error;
    } finally {
      this.computation = null;
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

/** One claimed run. */
class Computation {
  private readonly begun = performance.now();
  private readonly stop = new AbortController();
  private readonly writer: EventWriter;
  /** Null for a probe: its pictures stand for nothing. */
  private readonly picture: RunPicture | null;
  /** What the runner said at the end. */
  private failure: RunFailure | undefined;
  private results: NodeResults | undefined;
  private frames: FramePolicy | undefined;
  private diskFull = false;
  /** Somebody wants it paused: what the interrupted nodes did so far is kept. */
  private pausing = false;
  private troubled = false;
  private readonly pause = new Pause();

  constructor(
    private readonly parts: RunWorkerParts,
    private readonly run: ClaimedRun,
    private readonly leaving: AbortSignal,
  ) {
    this.writer = new EventWriter(parts.db, run.position, (error, final) => this.trouble(error, final), () => parts.onWritten?.(), () => this.secondsSoFar());
    this.picture = run.purpose === "run" ? new RunPicture(run.graph) : null;
  }

  /** What people want of this run may have changed. */
  lookNow(): void {
    this.pause.cut();
  }

  async toItsEnd(): Promise<void> {
    const { db, queue } = this.parts;
    const leave = () => this.writer.abandon();
    this.leaving.addEventListener("abort", leave);
    const watching = this.watchForCancel();
    try {
      const before = (await readState(db, this.run.position.runId, this.run.position.lastEvent)).state;
      this.writer.push({ type: this.run.resumed ? "resumed" : "started" });
      const status = await this.runUntilEnded(before);
      if (status === null) return;
      if (this.pausing && status === "cancelled") return await this.writer.pause([], queue);
      const failure = this.diskFull ? saidMessage(said("The disk is full. Make room and run again.")) : this.failure;
      const ending: Ending = { status: this.diskFull ? "failed" : status, seconds: this.secondsSoFar(), ...failure };
      await this.writer.end(await this.lastEvents(status, failure), ending, queue);
    } finally {
      this.stop.abort();
      this.pause.cut();
      this.leaving.removeEventListener("abort", leave);
      await watching;
    }
  }

  /** Starts the runner's job again after a crash; null when this worker is leaving and the run is to be resumed later. */
  private async runUntilEnded(before: RunState): Promise<RunEnding | null> {
    const { db, runner, store } = this.parts;
    const { position, workflowId, graph, targets } = this.run;
    const memory = await openMemory(db, store, workflowId, planRun(graph, targets));
    const find = patiently(memory.find, this.stop.signal);
    let state = before;
    for (;;) {
      if (this.leaving.aborted) return null;
      this.results = new NodeResults(state);
      this.frames = new FramePolicy(this.parts.framesLimit, state);
      try {
        return await runner.run(this.job(state, memory), (event, recipe) => this.hear(event, recipe), this.stop.signal, find);
      } catch (error) {
        if (this.leaving.aborted) return null;
        await this.writer.flush();
        if (this.stop.signal.aborted) return "cancelled";
        console.error(`Run ${position.runId}: ${error instanceof Error ? error.message : String(error)}`);
        const reached = (await readState(db, position.runId, this.writer.lastEvent)).state;
        if ((await countCrash(db, position, progressOf(reached) > progressOf(state))) >= mostCrashes) {
          const why = error instanceof RunnerCrash ? error.said : quoted(error instanceof Error ? error.message : String(error));
          this.failure = saidMessage(said("The process that computes ended {count} times at the same place of this run. {why}", { count: mostCrashes, why }));
          return "failed";
        }
        const resumed: RunEvent = { type: "resumed" };
        this.writer.push(resumed);
        await this.writer.flush();
        state = afterEvent(reached, resumed);
      }
    }
  }

  private job(state: RunState, { last }: Memory): RunJob {
    const { graph, targets, position, forced, timeLimit } = this.run;
    return {
      runId: position.runId,
      graph,
      targets,
      finished: finishedOf(state),
      partial: partialOf(state),
      forced,
      last,
      // At least a moment: a run that has used up its time fails with the words for that.
      ...(timeLimit !== null && { timeLimit: Math.max(0.001, timeLimit - this.secondsSoFar()) }),
    };
  }

  private hear(event: RunEvent, recipe?: Recipe): void {
    // What a pause interrupts is not "not run": it goes on where it was.
    if (this.pausing && event.type === "node-not-run") return;
    switch (event.type) {
      // A run's beginning and end are written here, where it is known how often it began.
      case "queued":
      case "started":
      case "resumed":
        return;
      case "ended":
        this.failure = event.message === undefined ? undefined : { message: event.message, ...(event.said && { said: event.said }) };
        return;
      default:
        this.writer.push(event, this.picture?.after(event), this.results?.after(event, recipe));
        for (const thinning of this.frames?.after(event) ?? []) {
          this.results?.after(thinning.event, undefined);
          this.writer.push(thinning.event, undefined, thinning.result);
        }
    }
  }

  private async lastEvents(status: RunEnding, failure: RunFailure | undefined): Promise<RunEvent[]> {
    if (status === "done") return [];
    await this.writer.flush();
    const { state } = await readState(this.parts.db, this.run.position.runId, this.writer.lastEvent);
    return lastWords(state, status, failure);
  }

  private trouble(error: unknown, final: boolean): void {
    if (final) return this.stop.abort();
    if (!this.troubled) console.error(`Events of run ${this.run.position.runId} cannot be written yet: ${lastLine(error)}`);
    this.troubled = true;
    if (isDiskFull(error)) {
      this.diskFull = true;
      this.stop.abort();
      this.parts.reserve.giveUp();
    }
  }

  private async watchForCancel(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted && !this.leaving.aborted) {
      await this.pause.wait(cancelPollMs, this.leaving);
      // An unreachable database says nothing about what is wanted.
      const unwanted = await isUnwanted(this.parts.db, this.run.position).catch(() => null);
      if (unwanted === "paused") this.pausing = true;
      if (unwanted) this.stop.abort();
    }
  }

  /** Computing time, of this claim and those before. */
  private secondsSoFar(): number {
    return this.run.secondsBefore + (performance.now() - this.begun) / 1000;
  }
}
