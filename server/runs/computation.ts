/** One claimed run on its way to its end, whatever dies on the way, and whoever is let go first. */
import { quoted, said, saidMessage } from "@/models/said";
import type { Recipe } from "@/nodes/recipe";
import { afterEvent, type RunEnding, type RunEvent, type RunState } from "@/nodes/run-events";
import type { ArtifactStore } from "@/server/artifacts/store";
import { type Database, isDiskFull, lastLine } from "@/server/database/client";
import { planRun } from "@/server/engine/plan";
import type { Memory } from "@/server/engine/resolve";
import { type RunJob, type Runner, RunnerCrash } from "@/server/runner/runner";
import type { DiskReserve } from "./disk-reserve";
import { type Ending, EventWriter } from "./event-writer";
import { FramePolicy } from "./frame-policy";
import { NodeResults } from "./node-results";
import { NodeSeconds } from "./node-seconds";
import { openMemory } from "./result-store";
import { patiently } from "./patient-lookup";
import { Pause } from "./pause";
import { type ClaimedRun, readWishes } from "./run-claim";
import { RunPicture } from "./run-picture";
import { finishedOf, lastWords, partialOf, progressOf, type RunFailure } from "./run-progress";
import type { RunQueue } from "./run-queue";
import { readState } from "./run-store";

const wishPollMs = 200;
/** In a row, at one place. Who waits for a probe can ask again, and a run may wait for its end. */
const mostCrashes = { run: 3, probe: 1 };

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

/**
 * Sees a probe that waits to its end, in the middle of another run. `onClaimed` hears when it is this worker's and nobody
 * else's; it begins when `host`, what the runner does until then, has come to an end.
 */
export type ComputeProbe = (runId: string, host: Promise<unknown>, onClaimed: () => void) => Promise<void>;

export class Computation {
  private readonly begun = performance.now();
  private readonly stop = new AbortController();
  private readonly stopped = new Promise<void>((resolve) => this.stop.signal.addEventListener("abort", () => resolve()));
  private readonly writer: EventWriter;
  /** Null for a probe: its pictures stand for nothing. */
  private readonly picture: RunPicture | null;
  /** What the runner said at the end. */
  private failure: RunFailure | undefined;
  private results: NodeResults | undefined;
  private frames: FramePolicy | undefined;
  private readonly seconds = new NodeSeconds();
  /**
   * How often in a row the process that computes has died and the run got no further. Of this claim only: what an earlier
   * one saw, nobody knows, and whoever resumed the run wants it tried.
   */
  private crashes = 0;
  private diskFull = false;
  /** Somebody wants it paused: what the interrupted nodes did so far is kept. */
  private pausing = false;
  private troubled = false;
  private readonly pause = new Pause();
  /** What the runner does of this run at present; null while it does nothing. */
  private stretch: Promise<unknown> | null = null;
  /** The stretch was asked to end early, for a probe: what that interrupts goes on where it was. */
  private interrupted = false;
  /** Seconds in which the runner was there for others. */
  private secondsOfOthers = 0;
  /** A node has failed; it would be tried again by a run that goes on. */
  private nodeFailed = false;
  /** It goes on after a probe, and nothing has been heard of that yet. */
  private resuming = false;

  constructor(
    private readonly parts: RunWorkerParts,
    private readonly run: ClaimedRun,
    private readonly leaving: AbortSignal,
    /** What the runner does before this run; null when nothing. */
    private others: Promise<unknown> | null,
    private readonly computeProbe: ComputeProbe,
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
    const watching = this.watchWishes();
    try {
      const before = (await readState(db, this.run.position.runId, this.run.position.lastEvent)).state;
      await this.turnComes();
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
      // Where it was cancelled, the probes that it let go first are at work yet.
      await this.others;
    }
  }

  /** Starts the runner's job again after a crash or a probe; null when this worker is leaving and the run is to be resumed later. */
  private async runUntilEnded(before: RunState): Promise<RunEnding | null> {
    const { db, runner, store } = this.parts;
    const { position, workflowId, graph, targets } = this.run;
    const memory = await openMemory(db, store, workflowId, planRun(graph, targets));
    const find = patiently(memory.find, this.stop.signal);
    let state = before;
    for (;;) {
      await this.turnComes();
      if (this.leaving.aborted) return null;
      if (this.stop.signal.aborted) return "cancelled";
      this.results = new NodeResults(state);
      this.frames = new FramePolicy(this.parts.framesLimit, state);
      this.interrupted = false;
      const computing = runner.run(this.job(state, memory), (event, recipe) => this.hear(event, recipe), this.stop.signal, find).catch((error: unknown) => ({ crash: error }));
      this.stretch = computing;
      const ending = await computing;
      this.stretch = null;
      this.seconds.interrupt();
      // Cancelled by nobody, it has stopped for a probe.
      if (typeof ending === "string" && (ending !== "cancelled" || this.stop.signal.aborted)) return ending;
      if (this.leaving.aborted) return null;
      await this.writer.flush();
      if (this.stop.signal.aborted) return "cancelled";
      const reached = (await readState(db, position.runId, this.writer.lastEvent)).state;
      const resumed: RunEvent = { type: "resumed" };
      this.resuming = typeof ending === "string";
      if (typeof ending === "object") {
        if (this.crashedTooOften(ending.crash, progressOf(reached) > progressOf(state))) return "failed";
        this.writer.push(resumed);
        await this.writer.flush();
      }
      state = afterEvent(reached, resumed);
    }
  }

  private crashedTooOften(crash: unknown, progressed: boolean): boolean {
    const { position, purpose } = this.run;
    const message = crash instanceof Error ? crash.message : String(crash);
    console.error(`Run ${position.runId}: ${message}`);
    this.crashes = progressed ? 1 : this.crashes + 1;
    const most = mostCrashes[purpose];
    if (this.crashes < most) return false;
    const why = crash instanceof RunnerCrash ? crash.said : quoted(message);
    this.failure = saidMessage(most === 1 ? why : said("The process that computes ended {count} times at the same place of this run. {why}", { count: most, why }));
    return true;
  }

  /** Waits until the runner is there for this run, or nobody wants it any more. */
  private async turnComes(): Promise<void> {
    const since = performance.now();
    await Promise.race([this.others, this.stopped]);
    this.secondsOfOthers += (performance.now() - since) / 1000;
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
      ...(timeLimit !== null && { timeLimit, secondsBefore: this.secondsSoFar() }),
    };
  }

  private hear(event: RunEvent, recipe?: Recipe): void {
    // What a pause or a probe interrupts is not "not run": it goes on where it was.
    if ((this.pausing || this.interrupted) && event.type === "node-not-run") return;
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
        // Together with the node that goes on: between the two it would look as if it had no steps.
        if (this.resuming) this.writer.push({ type: "resumed" });
        this.resuming = false;
        this.nodeFailed ||= event.type === "node-failed";
        this.tell(this.seconds.after(event), recipe);
    }
  }

  private tell(event: RunEvent, recipe: Recipe | undefined): void {
    this.writer.push(event, this.picture?.after(event), this.results?.after(event, recipe));
    for (const thinning of this.frames?.after(event) ?? []) {
      this.results?.after(thinning.event, undefined);
      this.writer.push(thinning.event, undefined, thinning.result);
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

  private async watchWishes(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted && !this.leaving.aborted) {
      await this.pause.wait(wishPollMs, this.leaving);
      // An unreachable database says nothing about what is wanted.
      const wishes = await readWishes(this.parts.db, this.run.position).catch(() => null);
      if (!wishes || signal.aborted) continue;
      if (wishes.unwanted === "paused") this.pausing = true;
      if (wishes.unwanted) this.stop.abort();
      else if (wishes.probes.length > 0) this.giveWay(wishes.probes);
    }
  }

  /** Lets probes go first when the run can stop for them and lose nothing. Those only: between two stops it gets a step further. */
  private giveWay(probes: readonly string[]): void {
    const { stretch } = this;
    const canStop = stretch !== null && this.run.purpose === "run" && this.parts.framesLimit > 0 && !this.nodeFailed;
    if (!canStop || this.others) return;
    const interrupt = () => {
      if (this.stretch !== stretch) return;
      this.interrupted = true;
      this.parts.runner.interrupt(this.run.position.runId);
    };
    const computeAll = async () => {
      for (const probe of probes) if (!this.leaving.aborted) await this.computeProbe(probe, stretch, interrupt);
    };
    this.others = computeAll().finally(() => (this.others = null));
  }

  /** Computing time, of this claim and those before. */
  private secondsSoFar(): number {
    return this.run.secondsBefore + (performance.now() - this.begun) / 1000 - this.secondsOfOthers;
  }
}
