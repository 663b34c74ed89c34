/** The queue's tables, made by pg-boss itself. */
import PgBoss from "pg-boss";

export const queueName = "runs";
export const queueSchema = "pgboss";

/** Makes or updates them. */
export async function installQueue(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, max: 1, schema: queueSchema, supervise: false, schedule: false });
  // Without a listener an error event would end the process; the statement that failed throws as well.
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue(queueName, { name: queueName, policy: "standard", retryLimit: 0 });
  await boss.stop({ graceful: false, wait: true });
}
