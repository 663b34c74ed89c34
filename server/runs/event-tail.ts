/** Live events for any number of subscribers with one query per turn: each subscriber is a cursor in it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type RunEvent, runEventSchema } from "@/nodes/run-events";
import { type Database, lastLine } from "@/server/database/client";
import { Pause } from "./pause";

export interface NumberedEvent {
  seq: number;
  event: RunEvent;
}

interface Subscriber {
  readonly id: number;
  readonly runId: string;
  after: number;
  /** Read but not consumed yet. */
  readonly waiting: NumberedEvent[];
  /** Why nothing follows what is waiting. */
  broken: Error | null;
  wake: (() => void) | null;
}

interface Row {
  subscriber: number;
  seq: number;
  data: unknown;
}

const pauseMs = 60;
/** While a worker says when it has written something, asking without that is for the workers of other machines only. */
const [saidPauseMs, saidRecentlyMs] = [250, 5_000];
/** Per subscriber and turn; a reader that is behind catches up over several turns. */
const pageSize = 200;
/** A slow reader's backlog stays in the database. */
const backlogLimit = 1000;

export class EventTail {
  private readonly subscribers = new Map<number, Subscriber>();
  private nextId = 1;
  private reading = false;
  private readonly pause = new Pause();
  private said = Number.NEGATIVE_INFINITY;

  constructor(private readonly db: Database) {}

  /**
   * Every event of a run after number `after`, past and future, each once and in order, those that are there together in
   * one list; ends after "ended" or when aborted. Throws at an event that cannot be read.
   */
  async *events(runId: string, after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent[], void> {
    const subscriber: Subscriber = { id: this.nextId++, runId, after, waiting: [], broken: null, wake: null };
    const wake = () => subscriber.wake?.();
    this.subscribers.set(subscriber.id, subscriber);
    signal.addEventListener("abort", wake);
    void this.read();
    try {
      while (!signal.aborted) {
        const next = subscriber.waiting.splice(0);
        if (next.length > 0) {
          yield next;
          if (next.at(-1)!.event.type === "ended") return;
        } else if (subscriber.broken) {
          throw subscriber.broken;
        } else {
          await new Promise<void>((resolve) => {
            subscriber.wake = resolve;
            if (signal.aborted || subscriber.broken || subscriber.waiting.length > 0) resolve();
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
      this.subscribers.delete(subscriber.id);
    }
  }

  /** Somebody has written events a moment ago. */
  lookNow(): void {
    this.said = performance.now();
    this.pause.cut();
  }

  /** Reads in turns for as long as anybody listens. */
  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    let failures = 0;
    while (this.subscribers.size > 0) {
      try {
        const full = await this.turn();
        failures = 0;
        if (!full) await this.pause.wait(performance.now() - this.said < saidRecentlyMs ? saidPauseMs : pauseMs);
      } catch (error) {
        // The database restarts, say. Subscribers keep their cursors, so nothing is missed.
        if (failures++ === 0) console.error(`Live events are interrupted: ${lastLine(error)}`);
        await sleep(Math.min(2000, 100 * 2 ** failures));
      }
    }
    this.reading = false;
  }

  /** One query. True when somebody's page was full, so that there may be more at once. */
  private async turn(): Promise<boolean> {
    const asking = [...this.subscribers.values()].filter((subscriber) => !subscriber.broken && subscriber.waiting.length < backlogLimit);
    if (asking.length === 0) return false;
    const rows = await this.db.$queryRaw<Row[]>`
      SELECT s.id AS subscriber, e.seq, e.data
      FROM unnest(${asking.map(({ id }) => id)}::int[], ${asking.map(({ runId }) => runId)}::text[], ${asking.map(({ after }) => after)}::int[])
        AS s(id, "runId", after)
      CROSS JOIN LATERAL (
        SELECT seq, data FROM "RunEvent" WHERE "runId" = s."runId" AND seq > s.after ORDER BY seq LIMIT ${pageSize}
      ) e
      ORDER BY s.id, e.seq`;
    const counts = new Map<number, number>();
    for (const row of rows) {
      const subscriber = this.subscribers.get(row.subscriber);
      if (!subscriber || subscriber.broken) continue;
      const { data: event, error } = runEventSchema.safeParse(row.data);
      if (event) subscriber.waiting.push({ seq: row.seq, event });
      else subscriber.broken = new Error(`Event ${row.seq} of run ${subscriber.runId} cannot be read; another version may have stored it.`, { cause: error });
      subscriber.after = row.seq;
      counts.set(row.subscriber, (counts.get(row.subscriber) ?? 0) + 1);
      subscriber.wake?.();
    }
    return [...counts.values()].some((count) => count === pageSize);
  }
}
