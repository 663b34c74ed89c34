/** `npm run bench -- settings`: what unmasking iterations and sampling steps cost, per picture and per node. */
import { join } from "node:path";
import { findPreset } from "@/nodes/presets";
import type { Workflow } from "@/nodes/workflow";
import { paint } from "@/server/eval/painter";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import type { Settings } from "@/server/settings";
import { interleaved, median } from "./interleaved";
import { seconds, table } from "./lines";

const ways = [[4, 4], [4, 8], [4, 14], [4, 28], [1, 8], [16, 8], [64, 8]] as const;
const shown = ["unmasker", "sampler", "decode", "text"];
const forever = new AbortController().signal;

export async function benchSettings({ checkpointDir, provider }: Settings, folder: string): Promise<void> {
  const models = new PipelineModels(checkpointDir, join(folder, "graphs"), new SessionPool(provider));
  const nodes = new Map<string, number[]>();
  let seed = 0;
  const named = Object.fromEntries(
    ways.map(([iterations, steps]) => {
      const name = `iterations ${iterations}, steps ${steps}`;
      for (const id of shown) nodes.set(`${name} ${id}`, []);
      const draw = async () => {
        const painted = await paint(withSettings(iterations, steps, seed++), models, forever);
        for (const id of shown) nodes.get(`${name} ${id}`)!.push(painted.seconds.get(id)!);
      };
      return [name, draw];
    }),
  );
  const rounds = await interleaved(named, { rounds: 60, budget: 240 });
  const row = (name: string) => {
    const cells = [rounds[name]!, ...shown.map((id) => nodes.get(`${name} ${id}`)!.slice(1))];
    return [name, ...cells.flatMap((taken) => [seconds(Math.min(...taken)), seconds(median(taken))])];
  };
  // The least of many rounds is what it takes when nothing else runs; the median says how much else did.
  console.log(`${rounds[Object.keys(named)[0]!]!.length} interleaved rounds, least and median:`);
  table([["", ...["picture", ...shown].flatMap((name) => [name, ""])], ...Object.keys(named).map(row)]);
}

function withSettings(iterations: number, steps: number, seed: number): Workflow {
  const { graph } = findPreset("text-to-image")!;
  const change: Record<string, object> = { "visual-branch-unmasker": { iterations, seed }, "flux-sampler": { steps, seed } };
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...change[node.type] } })) };
}
