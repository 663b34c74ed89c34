import { readComponents, readWords } from "@/server/runs/worker-status";
import { procedure, router } from "./procedure";

export const modelsRouter = router({
  /** The parts of the pipeline this installation runs. */
  list: procedure.query(({ ctx }) => readComponents(ctx.db)),
  /** For a prompt field to offer. */
  words: procedure.query(({ ctx }) => readWords(ctx.db)),
});
