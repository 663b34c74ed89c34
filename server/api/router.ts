/** The whole API: one router per noun. */
import { artifactsRouter } from "./artifacts-router";
import { modelsRouter } from "./models-router";
import { presetsRouter } from "./presets-router";
import { createCallerFactory, router } from "./procedure";
import { runsRouter } from "./runs-router";
import { systemRouter } from "./system-router";
import { workflowsRouter } from "./workflows-router";

export const appRouter = router({
  workflows: workflowsRouter,
  presets: presetsRouter,
  runs: runsRouter,
  artifacts: artifactsRouter,
  system: systemRouter,
  models: modelsRouter,
});

export type AppRouter = typeof appRouter;

/** Calls procedures directly, for server components and tests. */
export const createCaller = createCallerFactory(appRouter);
