/**
 * The order in which queued runs are taken: pg-boss jobs on the same Postgres, one per run, with the run's id.
 * A job only says that there is work; who computes a run is decided by its row (see run-claim.ts).
 */
import PgBoss from "pg-boss";
import type { Queries } from "@/server/database/client";
import { queueName, queueSchema } from "./run-queue-tables";

/** Lets pg-boss speak inside a transaction of ours. */
function within(tx: Queries): { db: PgBoss.Db } {
  return { db: { executeSql: async (text, values) => ({ rows: await tx.$queryRawUnsafe<unknown[]>(text, ...values) }) } };
}

export class RunQueue {
  private constructor(private readonly boss: PgBoss) {}

  /** Opens one connection of its own. The tables must be there (see run-queue-tables.ts). */
  static async open(connectionString: string): Promise<RunQueue> {
    const boss = new PgBoss({ connectionString, max: 1, schema: queueSchema, migrate: false, supervise: false, schedule: false });
    // Without a listener an error event would end the process; a statement that fails throws as well.
    boss.on("error", () => {});
    await boss.start();
    return new RunQueue(boss);
  }

  /** Says that `runId`, of which nothing was said before, waits at `rank` (see run-order.ts). Takes effect with the transaction. */
  async add(tx: Queries, runId: string, rank: number): Promise<void> {
    // Kept for as long as it takes: a run may wait behind others for days.
    await this.boss.send(queueName, {}, { id: runId, priority: -rank, retentionDays: 365, ...within(tx) });
  }

  /** As `add`, whatever was said of the run before. */
  async replace(tx: Queries, runId: string, rank: number): Promise<void> {
    // A job that a worker has taken would stay as it is.
    await this.remove(tx, runId);
    await this.add(tx, runId, rank);
  }

  /** The id of the run with the smallest rank that nobody has taken yet. */
  async take(): Promise<string | null> {
    // Its beginning is a time of the database's clock, and none is meant to wait for one: that clock may be set back.
    const [job] = await this.boss.fetch(queueName, { ignoreStartAfter: true });
    return job?.id ?? null;
  }

  /** Takes effect with the transaction. */
  async remove(tx: Queries, runId: string): Promise<void> {
    await this.boss.deleteJob(queueName, runId, within(tx));
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, wait: true });
  }
}
