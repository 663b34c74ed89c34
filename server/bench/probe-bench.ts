/** What looking into a step costs beside computing it: each attention graph's session.run over that of the ordinary one. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { GraphId } from "@/models/pipeline-graphs";
import { findPreset } from "@/nodes/presets";
import { denoisedProbe, type Probe, samplerAttentionProbe, type StepOfRun, unmaskerAttentionProbe } from "@/nodes/probes";
import { inEnglish } from "@/models/said";
import { afterEvent, type RunState, unstartedRun } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { startRunner, type Runner } from "@/server/runner/runner";
import type { Settings } from "@/server/settings";
import { median, type Rounds, ratioOf } from "./interleaved";
import { say, seconds, times } from "./lines";

const rounds = 15;
/** Of the preset's 28 steps and 4 iterations. */
const [step, iteration] = [14, 3];

interface Measured {
  readonly state: RunState;
  /** Seconds of one session.run, by graph. */
  readonly each: Readonly<Record<string, number>>;
}

type Way = "sampler" | "sampler, attention" | "unmasker" | "unmasker, attention" | "expected picture";

export async function benchProbes(settings: Settings, folder: string): Promise<void> {
  const runner = startRunner({ dataDir: join(folder, "probes"), checkpointDir: settings.checkpointDir, provider: settings.provider });
  try {
    const taken: Record<Way, number[]> = { sampler: [], "sampler, attention": [], unmasker: [], "unmasker, attention": [], "expected picture": [] };
    // The first round loads the models.
    for (let seed = 0; seed <= rounds; seed++) {
      const round = await once(runner, seed);
      if (seed > 0) for (const way of Object.keys(taken) as Way[]) taken[way].push(round[way]);
    }
    report(taken);
  } finally {
    await runner.close();
  }
}

function report(taken: Rounds<Way>): void {
  for (const way of ["sampler", "unmasker"] as const) {
    const probe = `${way}, attention` as const;
    say(`one step of the ${way}, median of ${rounds}`, seconds(median(taken[way])));
    say("  with its attention", `${seconds(median(taken[probe]))}, ${times(ratioOf(taken, probe, way))}`);
  }
  say("decoding the picture expected at a step", seconds(median(taken["expected picture"])));
}

/** One run, and a look at a step of each kind. */
async function once(runner: Runner, seed: number): Promise<Record<Way, number>> {
  const { graph } = findPreset("text-to-image")!;
  const workflow: Workflow = { ...graph, nodes: graph.nodes.map((node) => ("seed" in node.params ? { ...node, params: { ...node.params, seed } } : node)) };
  const { state, each } = await run(runner, workflow, []);
  const at = (type: string, looked: number): StepOfRun => {
    const { id } = workflow.nodes.find((node) => node.type === type)!;
    const node = state.nodes[id];
    return { workflow, axes: state.axes, instance: id, frames: node?.status === "done" ? node.frames : [], step: looked };
  };
  const look = async (probe: Probe, id: GraphId) => {
    if ("reason" in probe) throw new Error(inEnglish(probe.reason));
    return (await run(runner, probe.graph, probe.targets)).each[id]!;
  };
  return {
    sampler: each["flux-transformer-controlnet"]!,
    "sampler, attention": await look(samplerAttentionProbe(at("flux-sampler", step)), "flux-attention-controlnet"),
    unmasker: each["visual-branch"]!,
    "unmasker, attention": await look(unmaskerAttentionProbe(at("visual-branch-unmasker", iteration)), "visual-branch-attention"),
    "expected picture": await look(denoisedProbe(at("flux-sampler", step)), "vae-decoder"),
  };
}

async function run(runner: Runner, graph: Workflow, targets: string[]): Promise<Measured> {
  let state = unstartedRun;
  const ending = await runner.run({ runId: randomUUID(), graph, targets, finished: {} }, (event) => (state = afterEvent(state, event)), new AbortController().signal);
  if (ending !== "done") throw new Error(state.message ?? `The run ended as ${ending}.`);
  const { graphs } = runner.status().lastRun!;
  return { state, each: Object.fromEntries(Object.entries(graphs).map(([id, { runs, seconds: spent }]) => [id, spent / runs])) };
}
