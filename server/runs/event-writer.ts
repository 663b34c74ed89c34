/** Writes a run's events in batches, in order, while the run goes on; a database that is away for a while only delays them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SaidWords } from "@/models/said";
import type { RunEnding, RunEvent } from "@/nodes/run-events";
import { type Database, isDatabaseAway, isDiskFull } from "@/server/database/client";
import { appendEvents, endRun, type LogPosition, RunLost } from "./event-log";
import type { ResultChange } from "./result-store";
import type { RunQueue } from "./run-queue";
import { setAside } from "./run-wishes";

/**
 * What comes later than this after the write before is written at once; what comes sooner waits, and shares the next one.
 * A write and what it sets off (the site reads it, browsers hear of it) take several milliseconds of the computing itself.
 */
const gatherMs = 100;
/** Events of one moment come one by one. */
const momentMs = 5;
const largestBatch = 200;
/** Of a write that fails though the database is there and has room. */
const mostTries = 6;

export interface Ending {
  status: RunEnding;
  seconds: number;
  message?: string | undefined;
  said?: SaidWords | undefined;
}

interface Waiting {
  readonly event: RunEvent;
  readonly result: ResultChange | undefined;
}

const eventsOf = (waiting: readonly Waiting[]) => waiting.map(({ event }) => event);
const resultsOf = (waiting: readonly Waiting[]) => waiting.flatMap(({ result }) => result ?? []);

export class EventWriter {
  private waiting: Waiting[] = [];
  private picture: string | undefined;
  private writing: Promise<void> | null = null;
  /** Ends the wait for more events; null while nobody waits. */
  private gathering: AbortController | null = null;
  /** Somebody waits for what is waiting. */
  private hurried = false;
  private lastWrite = Number.NEGATIVE_INFINITY;
  /** What waits is to be written with the run's end. */
  private closing = false;
  /** Why nothing can be written any more: the run went on elsewhere, or the database refuses what is written. */
  private failure: Error | null = null;
  private abandoned = false;

  constructor(
    private readonly db: Database,
    private position: LogPosition,
    /** Hears each time that writing fails; `final` when it is not tried again. */
    private readonly onTrouble: (error: unknown, final: boolean) => void,
    /** Hears each time that something was written. */
    private readonly onWritten: () => void = () => {},
    /** The run's computing time so far, which is kept with its events: nobody could say it after a crash. */
    private readonly secondsSoFar?: () => number,
  ) {}

  get lastEvent(): number {
    return this.position.lastEvent;
  }

  /** `picture` is the run's picture from this event on; `result` is kept together with the event. */
  push(event: RunEvent, picture?: string | undefined, result?: ResultChange | undefined): void {
    this.waiting.push({ event, result });
    this.picture = picture ?? this.picture;
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  /** Resolves when everything pushed so far is stored. Throws RunLost, or why the database refuses it. */
  async flush(): Promise<void> {
    this.hurried = true;
    this.gathering?.abort();
    while (this.writing) await this.writing;
    this.hurried = false;
    if (this.failure) throw this.failure;
  }

  /** Ends the run: its last events and its row change together, then its place in the queue is free. Throws as flush does. */
  async end(last: readonly RunEvent[], ending: Ending, queue: RunQueue): Promise<void> {
    // What waits is written with the end, where one statement can take it.
    this.closing = this.waiting.length <= largestBatch && !resultsOf(this.waiting).some((result) => "thinned" in result);
    await this.flush();
    const { waiting, picture } = this;
    await this.persist(async () => {
      this.position = await endRun(this.db, this.position, [...eventsOf(waiting), ...last], { ...ending, picture }, resultsOf(waiting).filter((result) => "nodeId" in result));
    });
    if (this.failure) throw this.failure;
    // By itself: a job that stays behind when this fails is never computed, for its run has ended (see run-claim.ts).
    await queue.remove(this.db, this.position.runId).catch(() => {});
  }

  /** Leaves the run paused, with `last` before the "paused" event; whoever resumes it starts from there. Throws as flush does. */
  async pause(last: readonly RunEvent[], queue: RunQueue): Promise<void> {
    await this.flush();
    await this.persist(() =>
      this.db.$transaction(async (tx) => {
        this.position = await setAside(tx, queue, this.position, last);
      }),
    );
    if (this.failure) throw this.failure;
  }

  /** Stops trying; whoever resumes the run starts from what is stored. */
  abandon(): void {
    this.abandoned = true;
  }

  private async write(): Promise<void> {
    do {
      await this.gather();
      if (this.closing) return;
      const batch = this.waiting.slice(0, largestBatch);
      const { picture } = this;
      this.picture = undefined;
      await this.persist(async () => {
        this.position = await appendEvents(this.db, this.position, eventsOf(batch), { picture, seconds: this.secondsSoFar?.() }, resultsOf(batch));
      });
      this.waiting.splice(0, batch.length);
    } while (this.waiting.length > 0 && !this.failure && !this.abandoned);
  }

  private async gather(): Promise<void> {
    if (this.hurried || this.waiting.length >= largestBatch) return;
    this.gathering = new AbortController();
    await sleep(Math.max(momentMs, this.lastWrite + gatherMs - performance.now()), undefined, { signal: this.gathering.signal }).catch(() => {});
    this.gathering = null;
  }

  private async persist(write: () => Promise<void>): Promise<void> {
    for (let failures = 0; !this.abandoned; failures++) {
      try {
        await write();
        this.lastWrite = performance.now();
        return this.onWritten();
      } catch (error) {
        const passing = isDatabaseAway(error) || isDiskFull(error) || failures + 1 < mostTries;
        const final = error instanceof RunLost || !passing;
        if (final) this.failure = error instanceof Error ? error : new Error(String(error));
        this.onTrouble(error, final);
        if (final) return;
        await sleep(Math.min(2_000, 50 * 2 ** failures));
      }
    }
  }
}
