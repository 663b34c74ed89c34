/** What the engine costs beside the models: many trivial nodes, reuse, frames and events, latency, memory over many runs. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { findPreset } from "@/nodes/presets";
import type { Workflow } from "@/nodes/workflow";
import { type Runner, startRunner } from "@/server/runner/runner";
import type { Settings } from "@/server/settings";
import { differenceOf, interleaved, median, ratioOf } from "./interleaved";
import { megabytes, say, seconds, table } from "./lines";
import { processTree } from "./process-memory";
import { SessionOnly } from "./session-only";
import { StudioClient } from "./studio-client";
import { deepGraph, TrivialEngine, wideGraph } from "./trivial-graphs";

const nodes = 1000;
const rounds = 15;
const longRounds = 5;
/** More of them: the difference is small. Those before them warm both processes up. */
const framesRounds = 120;
const warmingRounds = 10;
/** Runs before memory is looked at for the first time, and from there to the last time. */
const [settling, longRuns] = [200, 200];
/** Runs whose sizes are taken together: between two garbage collections a process grows and shrinks. */
const sampled = 20;
const ms = (value: number) => seconds(value / 1000);

export async function benchEngine(settings: Settings, folder: string): Promise<void> {
  await trivialNodes();
  await frames(settings, join(folder, "frames"));
  const client = await StudioClient.start(join(folder, "studio"));
  try {
    await trivialNodesInStudio(client);
    await latency(client);
    await overhead(client, settings, join(folder, "alone"));
    await reuse(client);
    await memory(client);
  } finally {
    await client.stop();
  }
}

/** The engine alone: planning, recipes, lookups, events; no process, disk or database. */
async function trivialNodes(): Promise<void> {
  for (const [shape, graph] of [["wide", wideGraph(nodes)], ["deep", deepGraph(nodes)]] as const) {
    let engine = new TrivialEngine();
    const taken = await interleaved({
      first: async () => {
        engine = new TrivialEngine();
        await engine.run(graph);
        if (engine.computed !== nodes) throw new Error(`${engine.computed} of ${nodes} nodes were computed.`);
      },
      again: () => engine.run(graph),
      elsewhere: () => engine.run(graph, false),
    }, { rounds });
    if (engine.computed !== nodes) throw new Error("A node whose result was there was computed again.");
    say(`engine alone, ${nodes} trivial nodes, ${shape}: a node`, seconds(median(taken.first) / nodes));
    say(`  unchanged, a node; in another workflow`, `${seconds(median(taken.again) / nodes)}; ${seconds(median(taken.elsewhere) / nodes)}`);
  }
}

/** The same with everything: queue, worker, runner, files, database. Prompt nodes run no model. */
async function trivialNodesInStudio(client: StudioClient): Promise<void> {
  const { graph, targets } = wideGraph(nodes);
  const first = await client.run({ graph, targets });
  say(`whole program, ${nodes} trivial nodes, wide: a node`, seconds(first.seconds / nodes));
  const again = await repeat(9, () => client.run({ graph, targets }));
  if (again.some(({ events }) => events.some(({ type }) => type === "node-started"))) throw new Error("A node whose result was there was computed again.");
  say("  unchanged, answered by the site after", ms(median(again.map(({ answered }) => answered))));
}

async function latency(client: StudioClient): Promise<void> {
  const { graph, targets } = wideGraph(1);
  const runs = await repeat(60, () => client.run({ graph, targets, forced: ["*"] }));
  for (const [words, times] of [["to the first event in the browser", runs.map(({ first }) => first)], ["to the first event of the worker", runs.map(({ started }) => started)]] as const) {
    say(`submitting ${words}: median, p95`, `${ms(median(times))}, ${ms(percentile(times, 0.95))}`);
  }
}

/** The default pipeline on two warm processes, of which one keeps the tensors of all steps: what keeping them costs a run. */
async function frames(settings: Settings, folder: string): Promise<void> {
  const { checkpointDir, provider } = settings;
  const start = (keepsFrames: boolean) => startRunner({ dataDir: join(folder, keepsFrames ? "kept" : "not-kept"), checkpointDir, provider, keepsFrames });
  const [keeping, other] = [start(true), start(false)];
  let seed = 0;
  const once = async (runner: Runner) => {
    const ending = await runner.run({ runId: randomUUID(), graph: seeded(++seed), finished: {} }, () => {}, new AbortController().signal);
    if (ending !== "done") throw new Error(`A run ended as ${ending}.`);
  };
  try {
    const ways = { kept: () => once(keeping), without: () => once(other) };
    await interleaved(ways, { rounds: warmingRounds });
    const taken = await interleaved(ways, { rounds: framesRounds });
    say("text to image, steps not kept; kept", `${seconds(median(taken.without))}; ${seconds(median(taken.kept))}`);
    say("  what keeping them adds, median over rounds", `${(100 * (ratioOf(taken, "kept", "without") - 1)).toFixed(1)} %`);
  } finally {
    await Promise.all([keeping.close(), other.close()]);
  }
}

/**
 * Pipelines in the whole program (frames kept, events streamed, previews on) against the time inside session.run of the
 * same in this process: the preset, which takes few steps, the number of steps FLUX itself is used with, and as many as
 * take bifrost-mini some seconds, which is the least that larger models take.
 */
async function overhead(client: StudioClient, settings: Settings, dataDir: string): Promise<void> {
  const alone = new SessionOnly(settings, dataDir);
  let seed = 0;
  for (const [words, params, times] of [["text to image", {}, rounds], ["text to image, 16 iterations and 28 steps", { iterations: 16, steps: 28 }, rounds], ["text to image, 64 iterations and 200 steps", { iterations: 64, steps: 200 }, longRounds]] as const) {
    let frames = 0;
    const graph = () => withParams(seeded(seed), params);
    const taken = await interleaved({
      studio: async () => {
        seed++;
        const { seconds: own, events } = await client.run({ graph: graph() });
        frames = events.filter(({ type }) => type === "frame").length;
        return own;
      },
      sessions: () => alone.run(graph()),
    }, { rounds: times });
    say(`${words}, in the whole program, ${frames} frames`, seconds(median(taken.studio)));
    say("  in session.run alone; ratio, difference (medians)", `${seconds(median(taken.sessions))}; ${ratioOf(taken, "studio", "sessions").toFixed(3)}, ${seconds(differenceOf(taken, "studio", "sessions"))}`);
  }
}

async function reuse(client: StudioClient): Promise<void> {
  const graph = seeded(1);
  await client.run({ graph });
  const answered = (await repeat(40, () => client.run({ graph }))).map((run) => run.answered);
  say("text to image, unchanged, answered: median, p95", `${ms(median(answered))}, ${ms(percentile(answered, 0.95))}`);
}

/** Resident sizes of all processes over many runs, each with its own seed. */
async function memory(client: StudioClient): Promise<void> {
  if (process.platform !== "linux") return;
  const sizes = new Map<string, number[]>();
  for (let run = 1; run <= settling + longRuns; run++) {
    await client.run({ graph: seeded(10_000 + run) });
    const now = new Map<string, number>();
    for (const { command, residentBytes } of processTree(client.studio.pid)) now.set(nameOf(command), (now.get(nameOf(command)) ?? 0) + residentBytes);
    for (const [name, bytes] of now) sizes.set(name, [...(sizes.get(name) ?? []), bytes]);
  }
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = [...sizes].map(([name, values]) => [name, average(values.slice(settling - sampled, settling)), average(values.slice(-sampled))] as const);
  rows.push(["all together", rows.reduce((sum, row) => sum + row[1], 0), rows.reduce((sum, row) => sum + row[2], 0)]);
  table([
    ["resident memory", `after ${settling} runs`, `after ${settling + longRuns}`, "ratio"],
    ...rows.map(([name, before, after]) => [name, megabytes(before), megabytes(after), (after / before).toFixed(3)]),
  ]);
}

const processNames = { "launcher.ts": "launcher", "processes/database.ts": "database", "processes/web.ts": "site", "processes/worker.ts": "worker", "runner-process.ts": "runner" };

function nameOf(command: string): string {
  return Object.entries(processNames).find(([file]) => command.includes(file))?.[1] ?? "others";
}

function seeded(seed: number): Workflow {
  return withParams(findPreset("text-to-image")!.graph, { seed });
}

/** Sets params wherever a node has them. */
function withParams(graph: Workflow, params: Readonly<Record<string, number>>): Workflow {
  const own = (node: Workflow["nodes"][number]) => Object.fromEntries(Object.entries(params).filter(([name]) => name in node.params));
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...own(node) } })) };
}

async function repeat<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let done = 0; done < count; done++) all.push(await work());
  return all;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}
