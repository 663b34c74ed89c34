/** The default pipeline in this process, with nothing kept, streamed or shown: what the models alone take. */
import { join } from "node:path";
import { findRun } from "@/nodes/runs";
import type { Workflow } from "@/nodes/workflow";
import { freshBeginning } from "@/server/engine/contract";
import { execute } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import { noMemory } from "@/server/engine/resolve";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import type { Settings } from "@/server/settings";

export class SessionOnly {
  private readonly pool: SessionPool;
  private readonly models: PipelineModels;

  constructor(settings: Settings, dataDir: string) {
    this.pool = new SessionPool(settings.provider);
    this.models = new PipelineModels(settings.checkpointDir, join(dataDir, "graphs"), this.pool);
  }

  /** Seconds inside session.run. */
  async run(graph: Workflow): Promise<number> {
    this.pool.takeTimes();
    const { signal } = new AbortController();
    const status = await execute(planRun(graph), freshBeginning, {
      findRun,
      environment: () => null,
      memory: noMemory,
      models: (onLoading) => this.models.forNode(onLoading, signal),
      loadImage: () => Promise.reject(new Error("The default pipeline loads no picture.")),
      loadTensors: () => Promise.reject(new Error("The default pipeline loads no tensors.")),
      restore: () => Promise.reject(new Error("Nothing is stored here.")),
      flaw: async () => null,
      isStored: () => true,
      restoreFrame: () => Promise.reject(new Error("Nothing is stored here.")),
      pictureOf: () => null,
      emit: () => {},
      report: (error) => console.error(error),
      signal,
    });
    if (status !== "done") throw new Error(`The pipeline ended as ${status}.`);
    return Object.values(this.pool.takeTimes().graphs).reduce((sum, { seconds }) => sum + seconds, 0);
  }
}
