import { listComponents } from "@/server/checkpoints/checkpoint-components";
import { procedure, router } from "./procedure";

export const modelsRouter = router({
  /** The parts of the pipeline this installation runs. */
  list: procedure.query(({ ctx }) => listComponents(ctx.settings.checkpointDir)),
});
