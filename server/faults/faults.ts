/**
 * `npm run test:faults`: kills worker, site and database, and beside them runners, at random moments while runs of two
 * workflows are queued, moved, computed, paused and saved, and then looks whether anything that was acknowledged is gone
 * (a run, a finished node, a step of one), anything hangs, or any step or picture differs from the undisturbed one by a
 * byte. In the middle of it the database is away for `--outage` seconds, twice: once it does not answer, once it is not
 * there. `--kills 8 --outage 3` is the short form; `--seed` repeats a sequence of kills, and how many runs are computed at
 * a time; after `--seconds` nothing more is killed, and what there was is judged.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { TorchGenerator } from "@/models/random/torch-generator";
import type { RunState } from "@/nodes/run-events";
import type { Workflow } from "@/nodes/workflow";
import { lostSteps, pictured, picturesOf, stepsOf, variants } from "./fault-runs";
import { type Api, apiOf, insist, type Role, roles, StudioProcess } from "./studio-process";

const { values } = parseArgs({ options: { kills: { type: "string", default: "200" }, outage: { type: "string", default: "30" }, seed: { type: "string", default: "1" }, seconds: { type: "string", default: "2400" } } });
const [kills, outage, seed, seconds] = [Number(values.kills), Number(values.outage), Number(values.seed), Number(values.seconds)];
if (!Number.isInteger(kills) || kills < 1 || !(outage >= 0) || !Number.isInteger(seed) || !(seconds > 0)) {
  console.error("Usage: npm run test:faults -- [--kills 200] [--outage 30] [--seed 1] [--seconds 2400]");
  process.exit(2);
}
if (process.platform !== "linux") {
  console.log("Not tested: this test finds the program's processes in /proc and runs on Linux only.");
  process.exit(0);
}

/** Runs that wait or are computed at any time: some wait, also where two are computed at a time. */
const queued = 4;
/** Of silence in all runs after the last kill: then something hangs. */
const stuckSeconds = 180;
const random = new TorchGenerator(seed);
const draw = (below: number) => Math.floor(random.rand([1]).data[0]! * below);

const seedsOf = ({ nodes }: Workflow) => nodes.map(({ id, params }) => [id, params.seed ?? null]);

const problems: string[] = [];
const counts = { kills: { worker: 0, site: 0, database: 0, runner: 0 } satisfies Record<Role, number>, runs: 0, saves: 0, pauses: 0, moves: 0, outages: 0, nodesChecked: 0, stepsChecked: 0 };
/** Those the issue of losing something is about; a runner that dies takes no more than its run along. */
const killed = () => counts.kills.worker + counts.kills.site + counts.kills.database;

const concurrency = 1 + draw(2);
process.env.WORKER_CONCURRENCY = String(concurrency);
const folder = await mkdtemp(join(tmpdir(), "bifrost-faults-"));
const studio = await StudioProcess.start(folder, await quietPort());
const begun = performance.now();
try {
  const api = apiOf(studio.address);
  const workflowIds: string[] = [];
  for (const name of ["Faults", "More faults"]) workflowIds.push((await api.workflows.create.mutate({ name, graph: pictured(0) })).id);
  const expected = await undisturbed(api, workflowIds[0]!);
  const acknowledged = await underFire(api, workflowIds);
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

/** What a run of each variant makes without any kill. */
interface Expected {
  readonly pictures: string | null;
  readonly steps: ReadonlyMap<string, string | null>;
}

async function undisturbed(api: Api, workflowId: string): Promise<Expected[]> {
  const expected: Expected[] = [];
  for (const graph of variants) {
    const { id } = await api.runs.start.mutate({ workflowId, graph, forced: ["*"] });
    await settle(api, [id]);
    const { state } = await api.runs.get.query({ id });
    expected.push({ pictures: picturesOf(state), steps: stepsOf(state) });
  }
  const pictures = expected.map((made) => made.pictures);
  if (pictures.includes(null) || new Set(pictures).size !== variants.length) throw new Error(`The undisturbed runs gave ${pictures.join(", ")}.`);
  return expected;
}

interface Watched {
  readonly variant: number;
  running: boolean;
  /** What was seen of it: must never become less. */
  done: Set<string>;
  steps: ReadonlyMap<string, string | null>;
  lastEvent: number;
}

/** Keeps runs coming and kills until there were enough; returns the runs the program had said yes to. */
async function underFire(api: Api, workflowIds: readonly string[]): Promise<Map<string, Watched>> {
  const [workflowId] = workflowIds as [string];
  const watched = new Map<string, Watched>();
  let version = (await insist(() => api.workflows.get.query({ id: workflowId }))).version;
  const until = performance.now() + seconds * 1000;
  let atRunnerKill: ReadonlyMap<string, number> = new Map();
  while (killed() < kills && performance.now() < until) {
    if (killed() === Math.ceil(kills / 2) && counts.outages === 0) {
      await refill(api, workflowIds, watched);
      await studio.freeze("database", outage);
      await studio.keepDown("database", outage);
      counts.outages = 2;
    }
    await sleep(300 + draw(1500));
    const open = await refill(api, workflowIds, watched);
    version = await save(api, workflowId, version, killed());
    if (open.length > 0 && draw(6) === 0) await pauseAndResume(api, open[draw(open.length)]!);
    if (draw(3) === 0) await runNext(api);
    await sleep(draw(700));
    const role = (Object.keys(roles) as Role[])[draw(4)]!;
    // Who computes a run and dies three times at one place of it is not tried again, and that is as it should be.
    if (role === "runner" && !isFurther(watched, atRunnerKill)) continue;
    if (!studio.alive) throw new Error(`The launcher itself ended:\n${studio.lastWords()}`);
    if (!studio.kill(role)) continue;
    counts.kills[role]++;
    if (role === "runner") atRunnerKill = new Map([...watched].map(([id, seen]) => [id, progressOf(seen)]));
    process.stderr.write(`\r${killed()} of ${kills} kills, ${watched.size} runs `);
  }
  process.stderr.write("\n");
  return watched;
}

/** Starts runs until enough are open; looks at those that are. A start without an answer may or may not have happened. */
async function refill(api: Api, workflowIds: readonly string[], watched: Map<string, Watched>): Promise<string[]> {
  const open: string[] = [];
  for (const [id, seen] of watched) {
    const run = await insist(() => api.runs.get.query({ id }));
    look(id, seen, run);
    if (["queued", "running", "paused"].includes(run.status)) open.push(id);
  }
  while (open.length < queued) {
    const variant = draw(variants.length);
    const workflowId = workflowIds[draw(workflowIds.length)]!;
    const answer = await api.runs.start.mutate({ workflowId, graph: variants[variant]!, forced: ["*"] }).catch(() => null);
    if (!answer) break;
    watched.set(answer.id, { variant, running: false, done: new Set(), steps: new Map(), lastEvent: 0 });
    counts.runs++;
    open.push(answer.id);
  }
  return open;
}

function progressOf({ done, steps }: Watched): number {
  return done.size + steps.size;
}

/** Whether every run that is computed was seen to get further than it was `before`. */
function isFurther(watched: ReadonlyMap<string, Watched>, before: ReadonlyMap<string, number>): boolean {
  return [...watched].every(([id, seen]) => !seen.running || progressOf(seen) > (before.get(id) ?? -1));
}

function look(id: string, seen: Watched, { state, lastEvent }: { state: RunState; lastEvent: number }): void {
  if (lastEvent < seen.lastEvent) problems.push(`Run ${id} had ${seen.lastEvent} events and now has ${lastEvent}.`);
  const done = new Set(Object.entries(state.nodes).flatMap(([node, { status }]) => (status === "done" ? [node] : [])));
  for (const node of seen.done) if (!done.has(node)) problems.push(`Run ${id}: ${node} was done and is ${state.nodes[node]?.status ?? "gone"}.`);
  const steps = stepsOf(state);
  const lost = lostSteps(seen.steps, steps);
  if (lost.length > 0) problems.push(`Run ${id}: ${lost.length} steps that were there are not, or are others: ${lost[0]} first.`);
  counts.nodesChecked += seen.done.size;
  counts.stepsChecked += seen.steps.size;
  Object.assign(seen, { running: state.status === "running", done, steps, lastEvent });
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

/** Puts the last run that waits before the others; once that was acknowledged it is the next to be computed. */
async function runNext(api: Api): Promise<void> {
  const last = (await insist(() => api.runs.queue.query())).waiting.at(-1);
  if (!last || !(await api.runs.runNext.mutate({ id: last.id }).then(() => true, () => false))) return;
  counts.moves++;
  const places = (await insist(() => api.runs.queue.query())).waiting.map(({ id }) => id);
  if (places.indexOf(last.id) > 0) problems.push(`Run ${last.id} was moved to the front and waits behind ${places.indexOf(last.id)} others.`);
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

async function compare(api: Api, watched: ReadonlyMap<string, Watched>, expected: readonly Expected[]): Promise<void> {
  for (const [id, seen] of watched) {
    const run = await insist(() => api.runs.get.query({ id }));
    look(id, seen, run);
    if (run.status !== "done") {
      problems.push(`Run ${id} ended as ${run.status}: ${run.message}`);
      continue;
    }
    const { pictures, steps } = expected[seen.variant]!;
    if (picturesOf(run.state) !== pictures) problems.push(`Run ${id} made other pictures than the undisturbed run.`);
    const made = stepsOf(run.state);
    const other = lostSteps(steps, made);
    if (other.length > 0 || made.size !== steps.size) problems.push(`Run ${id} has ${made.size} steps; the undisturbed run has ${steps.size}, and ${other.length} of them are missing here or others.`);
  }
}

function report(): void {
  const { runner, ...others } = counts.kills;
  console.log(`kills                   ${killed()} of ${kills}${killed() < kills ? " (the time was up)" : ""}: ${Object.entries(others).map(([role, count]) => `${role} ${count}`).join(", ")}; beside them runner ${runner}; database away ${counts.outages} times for ${outage} s`);
  console.log(`runs acknowledged       ${counts.runs} of 2 workflows, ${concurrency} at a time; ${counts.pauses} pauses, ${counts.moves} moves, ${counts.saves} saves acknowledged`);
  console.log(`looked at again         ${counts.nodesChecked} finished nodes, ${counts.stepsChecked} steps`);
  console.log(`time                    ${((performance.now() - begun) / 1000).toFixed(0)} s, seed ${seed}`);
  for (const problem of problems) console.log(`LOST  ${problem}`);
  console.log(`${problems.length === 0 ? counts.runs : Math.max(0, counts.runs - problems.length)} passed, ${problems.length} failed`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
