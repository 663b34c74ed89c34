/** The default pipeline in this process, with nothing kept, streamed or shown: what the models alone take. */
import { join } from "node:path";
import type { Frame } from "@/nodes/define-node";
import { findRun } from "@/nodes/runs";
import type { Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { execute, freshBeginning, type EngineEvent } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import { noMemory } from "@/server/engine/resolve";
import { EventRecorder } from "@/server/runner/event-recorder";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import type { Settings } from "@/server/settings";

export class SessionOnly {
  private readonly pool: SessionPool;
  private readonly models: PipelineModels;
  /** Of the last run. */
  readonly frames: { nodeId: string; frame: Frame }[] = [];

  constructor(settings: Settings, private readonly dataDir: string) {
    this.pool = new SessionPool(settings.provider);
    this.models = new PipelineModels(settings.checkpointDir, join(dataDir, "graphs"), this.pool);
  }

  /** Seconds inside session.run. */
  async run(graph: Workflow): Promise<number> {
    this.frames.length = 0;
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
      restoreFrame: () => Promise.reject(new Error("Nothing is stored here.")),
      pictureOf: () => null,
      emit: (event: EngineEvent) => {
        if (event.type === "frame") this.frames.push(event);
      },
      report: (error) => console.error(error),
      signal,
    });
    if (status !== "done") throw new Error(`The pipeline ended as ${status}.`);
    return Object.values(this.pool.takeTimes().graphs).reduce((sum, { seconds }) => sum + seconds, 0);
  }

  /** Seconds that encoding, hashing and writing the frames of the last run take, one after the other and nothing beside. */
  async keepFrames(): Promise<number> {
    const recorder = new EventRecorder(new ArtifactStore(this.dataDir), () => {}, () => {});
    const begun = performance.now();
    for (const { nodeId, frame } of this.frames) await recorder.accept({ type: "frame", nodeId, frame });
    if (recorder.failure) throw recorder.failure.error;
    return (performance.now() - begun) / 1000;
  }
}
