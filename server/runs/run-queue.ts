/**
 * The order in which queued runs are taken: pg-boss jobs on the same Postgres, one per run, with the run's id.
 * A job only says that there is work; who computes a run is decided by its row (see run-claim.ts).
 */
import PgBoss from "pg-boss";
import type { Queries } from "@/server/database/client";

const queueName = "runs";
export const queueSchema = "pgboss";

/** Plain SQL on whatever connection or transaction is at hand. */
function sqlOf(db: Queries): PgBoss.Db {
  return {
    executeSql: async (text: string, values: unknown[]) => ({ rows: await db.$queryRawUnsafe(text, ...values) }),
  } as PgBoss.Db;
}

export class RunQueue {
  private constructor(private readonly boss: PgBoss) {}

  /** `db` runs the queue's own statements; the queue opens no connections. Tables must be there (see installQueue). */
  static async open(db: Queries): Promise<RunQueue> {
    const boss = new PgBoss({ db: sqlOf(db), schema: queueSchema, migrate: false, supervise: false, schedule: false });
    // Without a listener an error event would end the process; the statement that failed throws as well.
    boss.on("error", () => {});
    await boss.start();
    return new RunQueue(boss);
  }

  async add(db: Queries, runId: string): Promise<void> {
    // Kept for as long as it takes: a run may wait behind others for days.
    await this.boss.send(queueName, {}, { id: runId, retentionDays: 365, db: sqlOf(db) });
  }

  /** The id of the next run nobody has taken yet. */
  async take(): Promise<string | null> {
    const [job] = await this.boss.fetch(queueName);
    return job?.id ?? null;
  }

  async remove(db: Queries, runId: string): Promise<void> {
    await this.boss.deleteJob(queueName, runId, { db: sqlOf(db) });
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, wait: true });
  }
}

/** Makes or updates the queue's tables. */
export async function installQueue(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, max: 1, schema: queueSchema, supervise: false, schedule: false });
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue(queueName, { name: queueName, policy: "standard", retryLimit: 0 });
  await boss.stop({ graceful: false, wait: true });
}
