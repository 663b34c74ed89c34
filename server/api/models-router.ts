import { readComponents } from "@/server/runs/worker-status";
import { procedure, router } from "./procedure";

export const modelsRouter = router({
  /** The parts of the pipeline this installation runs. */
  list: procedure.query(({ ctx }) => readComponents(ctx.db)),
});
