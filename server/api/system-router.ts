import { readStatus } from "@/server/runs/worker-status";
import { readStorageUse } from "@/server/artifacts/storage-report";
import { procedure, router } from "./procedure";

export const systemRouter = router({
  status: procedure.query(({ ctx }) => readStatus(ctx.db, ctx.settings)),

  /** What the artifact store holds, by kind; as it was a moment ago where looking takes long. */
  storage: procedure.query(({ ctx }) => readStorageUse(ctx.artifacts, ctx.db, ctx.settings)),
});
