/** Runs whose results somebody wants to keep. */
import { said } from "@/models/said";
import type { Database } from "@/server/database/client";
import { Refusal } from "@/server/refusal";

/** Keeps everything a run made when the store makes room, or lets it go again. What made room before does not come back. */
export async function pinRun(db: Database, id: string, pinned: boolean): Promise<void> {
  const { count } = await db.run.updateMany({ where: { id }, data: { pinned } });
  if (count === 0) throw new Refusal("NOT_FOUND", said("There is no such run."));
}
