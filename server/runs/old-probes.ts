/** Probes leave no history: what they found stays in the store as any result does, and is found there by its recipe. */
import type { Database } from "@/server/database/client";

/** Whoever asked for a probe follows it to its end, and may come back to it after a lost connection. */
const keptMs = 3_600_000;
const mostAtOnce = 200;

/** Removes probes, with their events, that ended more than an hour ago. */
export async function removeOldProbes(db: Database): Promise<void> {
  const old = await db.run.findMany({
    where: { purpose: "probe", endedAt: { lt: new Date(Date.now() - keptMs) } },
    select: { id: true },
    orderBy: { endedAt: "asc" },
    take: mostAtOnce,
  });
  if (old.length === 0) return;
  const ids = old.map(({ id }) => id);
  await db.$transaction([db.runEvent.deleteMany({ where: { runId: { in: ids } } }), db.run.deleteMany({ where: { id: { in: ids } } })]);
}
