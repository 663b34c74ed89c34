/** The default pipeline on a warm runner: what the engine costs beside the models, and where the time goes. */
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { findPreset } from "@/nodes/presets";
import type { RunEvent } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { startRunner } from "@/server/runner/runner";
import type { Settings } from "@/server/settings";
import { median } from "./interleaved";
import { memoryOf } from "./process-memory";

export interface PipelineTimes {
  /** From handing over the job to its last stored result, seconds; the first run of a new process. */
  readonly cold: number;
  readonly warm: number;
  /** Of the warm runs: wall time over the time inside ONNX Runtime. */
  readonly overhead: number;
  readonly nodes: Readonly<Record<string, number>>;
  readonly graphs: Readonly<Record<string, { readonly runs: number; readonly seconds: number }>>;
  readonly runnerPeakBytes: number | null;
}

interface Measured {
  readonly wall: number;
  readonly inSessions: number;
  readonly nodes: Record<string, number>;
  readonly graphs: PipelineTimes["graphs"];
}

/** Medians over `repeats` warm runs, each with its own seed so that every result is written anew. */
export async function measurePipeline(settings: Settings, dataDir: string, repeats: number): Promise<PipelineTimes> {
  const runner = startRunner({ dataDir, checkpointDir: settings.checkpointDir, provider: settings.provider });
  try {
    const once = async (seed: number): Promise<Measured> => {
      const nodes: Record<string, number> = {};
      let failure: string | undefined;
      const hear = (event: RunEvent) => {
        if (event.type === "node-done") nodes[event.nodeId] = event.seconds;
        if (event.type === "ended") failure = event.message;
      };
      const begun = performance.now();
      const ending = await runner.run({ runId: randomUUID(), graph: seeded(seed), finished: {} }, hear, new AbortController().signal);
      const wall = (performance.now() - begun) / 1000;
      if (ending !== "done") throw new Error(failure ?? `The run ended as ${ending}.`);
      const { graphs } = runner.status().lastRun!;
      return { wall, inSessions: Object.values(graphs).reduce((sum, { seconds }) => sum + seconds, 0), nodes, graphs };
    };
    const cold = await once(0);
    const warm: Measured[] = [];
    for (let seed = 1; seed <= repeats; seed++) warm.push(await once(seed));
    return {
      cold: cold.wall,
      warm: median(warm.map(({ wall }) => wall)),
      overhead: median(warm.map(({ wall, inSessions }) => wall / inSessions)),
      nodes: Object.fromEntries(Object.keys(cold.nodes).map((id) => [id, median(warm.map(({ nodes }) => nodes[id]!))])),
      graphs: Object.fromEntries(
        Object.entries(warm[0]!.graphs).map(([id, { runs }]) => [id, { runs, seconds: median(warm.map(({ graphs }) => graphs[id]!.seconds)) }]),
      ),
      runnerPeakBytes: memoryOf(runner.status().pid!)?.peakBytes ?? null,
    };
  } finally {
    await runner.close();
  }
}

function seeded(seed: number): Workflow {
  const { graph } = findPreset("text-to-image")!;
  return { ...graph, nodes: graph.nodes.map((node) => ("seed" in node.params ? { ...node, params: { ...node.params, seed } } : node)) };
}

