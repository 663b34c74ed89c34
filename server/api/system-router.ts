import { readStatus } from "@/server/runs/worker-status";
import { procedure, router } from "./procedure";

export const systemRouter = router({
  status: procedure.query(({ ctx }) => readStatus(ctx.db, ctx.settings)),
});
