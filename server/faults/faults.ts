/**
 * `npm run test:faults`: kills runner, worker, site and database at random moments while runs are queued, computed, paused
 * and saved, and then looks whether anything that was acknowledged is gone, anything hangs, or any picture differs from
 * the undisturbed one by a byte. In the middle of it the database is away for `--outage` seconds, twice: once it does not
 * answer, once it is not there. `--kills 8 --outage 3` is the short form; `--seed` repeats a sequence of kills;
 * after `--seconds` nothing more is killed, and what there was is judged.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { TorchGenerator } from "@/models/random/torch-generator";
import type { RunState } from "@/nodes/run-events";
import { findPreset } from "@/nodes/presets";
import type { Workflow } from "@/nodes/workflow";
import { type Api, apiOf, insist, type Role, roles, StudioProcess } from "./studio-process";

const { values } = parseArgs({ options: { kills: { type: "string", default: "200" }, outage: { type: "string", default: "30" }, seed: { type: "string", default: "1" }, seconds: { type: "string", default: "Infinity" } } });
const [kills, outage, seed, seconds] = [Number(values.kills), Number(values.outage), Number(values.seed), Number(values.seconds)];
if (!Number.isInteger(kills) || kills < 1 || !(outage >= 0) || !Number.isInteger(seed) || !(seconds > 0)) {
  console.error("Usage: npm run test:faults -- [--kills 200] [--outage 30] [--seed 1] [--seconds 600]");
  process.exit(2);
}
if (process.platform !== "linux") {
  console.log("Not tested: this test finds the program's processes in /proc and runs on Linux only.");
  process.exit(0);
}

/** Runs that wait or are computed at any time. */
const queued = 3;
/** Of silence in all runs after the last kill: then something hangs. */
const stuckSeconds = 180;
const random = new TorchGenerator(seed);
const draw = (below: number) => Math.floor(random.rand([1]).data[0]! * below);

const seedsOf = ({ nodes }: Workflow) => nodes.map(({ id, params }) => [id, params.seed ?? null]);

const problems: string[] = [];
const counts = { kills: {} as Record<string, number>, runs: 0, saves: 0, pauses: 0, stepsChecked: 0 };

/** Long enough for kills to find it inside the unmasker and the sampler. */
function pictured(number: number): Workflow {
  const { graph } = findPreset("text-to-image")!;
  const params: Record<string, object> = { unmasker: { iterations: 64, seed: number }, sampler: { steps: 60, seed: number } };
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...(params[node.id] as Workflow["nodes"][number]["params"]) } })) };
}

const variants = 3;
const folder = await mkdtemp(join(tmpdir(), "bifrost-faults-"));
const studio = await StudioProcess.start(folder, await quietPort());
const begun = performance.now();
try {
  const api = apiOf(studio.address);
  const { id: workflowId } = await api.workflows.create.mutate({ name: "Faults", graph: pictured(0) });
  const expected = await undisturbed(api, workflowId);
  const acknowledged = await underFire(api, workflowId, expected);
  await settle(api, [...acknowledged.keys()]);
  await compare(api, acknowledged, expected);
} catch (error) {
  problems.push(`${error instanceof Error ? error.message : String(error)} The program's last words:\n${studio.lastWords()}`);
} finally {
  await studio.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
report();

/**
 * A free port that the system gives to nobody by itself (Linux gives those from 32768 on). While the site is away, who
 * asks for it again and again on one of those would now and then be connected with themselves, and hold the port.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + draw(10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** The picture of each variant without any kill, as the sha256 of its tensors. */
async function undisturbed(api: Api, workflowId: string): Promise<string[]> {
  const hashes: string[] = [];
  for (let variant = 0; variant < variants; variant++) {
    const { id } = await api.runs.start.mutate({ workflowId, graph: pictured(variant), forced: ["*"] });
    await settle(api, [id]);
    hashes.push(pictureOf((await api.runs.get.query({ id })).state) ?? "none");
  }
  if (hashes.includes("none") || new Set(hashes).size !== variants) throw new Error(`The undisturbed runs gave ${hashes.join(", ")}.`);
  return hashes;
}

interface Watched {
  readonly variant: number;
  /** What was seen of it: must never become less. */
  done: Set<string>;
  lastEvent: number;
}

/** Keeps runs coming and kills until there were enough; returns the runs the program had said yes to. */
async function underFire(api: Api, workflowId: string, expected: readonly string[]): Promise<Map<string, Watched>> {
  const watched = new Map<string, Watched>();
  let version = (await insist(() => api.workflows.get.query({ id: workflowId }))).version;
  let outages = 0;
  const until = performance.now() + seconds * 1000;
  for (let killed = 0; killed < kills && performance.now() < until; ) {
    if (killed === Math.ceil(kills / 2) && outages++ === 0) {
      await refill(api, workflowId, watched, expected.length);
      await studio.freeze("database", outage);
      await studio.keepDown("database", outage);
    }
    await sleep(300 + draw(1500));
    const open = await refill(api, workflowId, watched, expected.length);
    version = await save(api, workflowId, version, killed);
    if (open.length > 0 && draw(6) === 0) await pauseAndResume(api, open[draw(open.length)]!);
    await sleep(draw(700));
    const role = (Object.keys(roles) as Role[])[draw(4)]!;
    if (!studio.alive) throw new Error(`The launcher itself ended:\n${studio.lastWords()}`);
    if (!studio.kill(role)) continue;
    killed++;
    counts.kills[role] = (counts.kills[role] ?? 0) + 1;
    process.stderr.write(`\r${killed} of ${kills} kills, ${watched.size} runs `);
  }
  process.stderr.write("\n");
  return watched;
}

/** Starts runs until enough are open; looks at those that are. A start without an answer may or may not have happened. */
async function refill(api: Api, workflowId: string, watched: Map<string, Watched>, variantCount: number): Promise<string[]> {
  const open: string[] = [];
  for (const [id, seen] of watched) {
    const run = await insist(() => api.runs.get.query({ id }));
    look(id, seen, run);
    if (["queued", "running", "paused"].includes(run.status)) open.push(id);
  }
  while (open.length < queued) {
    const variant = draw(variantCount);
    const answer = await api.runs.start.mutate({ workflowId, graph: pictured(variant), forced: ["*"] }).catch(() => null);
    if (!answer) break;
    watched.set(answer.id, { variant, done: new Set(), lastEvent: 0 });
    counts.runs++;
    open.push(answer.id);
  }
  return open;
}

function look(id: string, seen: Watched, { state, lastEvent }: { state: RunState; lastEvent: number }): void {
  if (lastEvent < seen.lastEvent) problems.push(`Run ${id} had ${seen.lastEvent} events and now has ${lastEvent}.`);
  const done = new Set(Object.entries(state.nodes).flatMap(([node, { status }]) => (status === "done" ? [node] : [])));
  for (const node of seen.done) if (!done.has(node)) problems.push(`Run ${id}: ${node} was done and is ${state.nodes[node]?.status ?? "gone"}.`);
  counts.stepsChecked += seen.done.size;
  Object.assign(seen, { done, lastEvent });
}

/** A save that was acknowledged must be what is stored; one without an answer may have been stored or not. */
async function save(api: Api, id: string, version: number, number: number): Promise<number> {
  const graph = pictured(1000 + number);
  const answer = await api.workflows.save.mutate({ id, graph, baseVersion: version }).catch(() => null);
  const stored = await insist(() => api.workflows.get.query({ id }));
  if (answer) {
    counts.saves++;
    if (stored.version !== answer.version || JSON.stringify(seedsOf(stored.graph)) !== JSON.stringify(seedsOf(graph))) problems.push(`Save ${answer.version} was acknowledged; stored is ${stored.version}.`);
  } else if (stored.version < version) problems.push(`Version ${version} was stored and is ${stored.version} now.`);
  return stored.version;
}

async function pauseAndResume(api: Api, id: string): Promise<void> {
  const paused = await api.runs.pause.mutate({ id }).then(() => true, () => false);
  if (!paused) return;
  counts.pauses++;
  await sleep(draw(500));
  // It may have ended meanwhile, or the pause come to nothing with a kill; whether it ends is looked at below.
  await api.runs.resume.mutate({ id }).catch(() => undefined);
}

/** Waits until every run has ended, and resumes what a lost answer left paused. */
async function settle(api: Api, ids: readonly string[]): Promise<void> {
  let moved = performance.now();
  let before = "";
  for (;;) {
    const runs = await insist(() => Promise.all(ids.map((id) => api.runs.get.query({ id }))));
    for (const { id, status } of runs) if (status === "paused") await api.runs.resume.mutate({ id }).catch(() => undefined);
    const open = runs.filter(({ status }) => ["queued", "running", "paused"].includes(status));
    if (open.length === 0) return;
    const now = runs.map(({ status, lastEvent }) => `${status}${lastEvent}`).join();
    if (now !== before) moved = performance.now();
    before = now;
    if ((performance.now() - moved) / 1000 > stuckSeconds) {
      problems.push(`${open.length} runs are stuck: ${open.map(({ id, status }) => `${id} ${status}`).join(", ")}.`);
      return;
    }
    await sleep(300);
  }
}

async function compare(api: Api, watched: ReadonlyMap<string, Watched>, expected: readonly string[]): Promise<void> {
  for (const [id, seen] of watched) {
    const run = await insist(() => api.runs.get.query({ id }));
    look(id, seen, run);
    if (run.status !== "done") problems.push(`Run ${id} ended as ${run.status}: ${run.message}`);
    else if (pictureOf(run.state) !== expected[seen.variant]) problems.push(`Run ${id} made another picture than the undisturbed run.`);
  }
}

function pictureOf(state: RunState): string | undefined {
  const node = state.nodes.save;
  return node?.status === "done" ? node.outputs.image?.tensors.hash : undefined;
}

function report(): void {
  const killed = Object.entries(counts.kills).map(([role, count]) => `${role} ${count}`).join(", ");
  console.log(`kills                   ${killed}; database away twice for ${outage} s`);
  console.log(`runs acknowledged       ${counts.runs}, ${counts.pauses} pauses, ${counts.saves} saves acknowledged`);
  console.log(`finished nodes looked at again  ${counts.stepsChecked}`);
  console.log(`time                    ${((performance.now() - begun) / 1000).toFixed(0)} s, seed ${seed}`);
  for (const problem of problems) console.log(`LOST  ${problem}`);
  console.log(`${problems.length === 0 ? counts.runs : Math.max(0, counts.runs - problems.length)} passed, ${problems.length} failed`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
