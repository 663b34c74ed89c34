import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32 } from "@/models/tensor";
import type { Output, RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { planRun } from "@/server/engine/plan";
import { keyOf } from "@/server/engine/resolve";
import type { Runner } from "@/server/runner/runner";
import { readSettings } from "@/server/settings";
import { createWorkflow, removeWorkflow } from "@/server/workflows/workflow-store";
import { DiskReserve } from "./disk-reserve";
import { EventTail } from "./event-tail";
import { readQueue } from "./queue-state";
import { claimRun } from "./run-claim";
import { getRun, listRuns, startRun } from "./run-store";
import { cancelRun, cancelRuns } from "./run-wishes";
import { RunWorker } from "./run-worker";
import { readStatus } from "./worker-status";

const graph: Workflow = { ...emptyWorkflow, nodes: [{ id: "words", type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: "a red bus" } }] };
/** The same node as a probe would look at it: with something else to say. */
const other: Workflow = { ...graph, nodes: [{ ...graph.nodes[0]!, params: { text: "a blue bus" } }] };

let database: TestDatabase;
let artifacts: ArtifactStore;
let a: string;
let b: string;

beforeAll(async () => {
  database = await openTestDatabase();
  artifacts = new ArtifactStore(database.dataDir);
}, openingMs);
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.run.updateMany({ where: { endedAt: null }, data: { status: "failed", endedAt: new Date() } });
  for (let id = await database.queue.take(); id !== null; id = await database.queue.take());
  a = (await createWorkflow(database.db, { name: "A", graph })).id;
  b = (await createWorkflow(database.db, { name: "B", graph })).id;
});

const parts = () => ({ db: database.db, queue: database.queue, artifacts, environment: async () => null, timeLimit: null });
const start = (workflowId: string) => startRun(parts(), { workflowId, graph, targets: ["words"] });
const probe = (workflowId: string, probed = other) => startRun(parts(), { workflowId, graph: probed, targets: ["words"], purpose: "probe" });
const rowOf = (id: string) => database.db.run.findUniqueOrThrow({ where: { id } });
const lastRecipes = () => database.db.lastRecipe.findMany({ where: { workflowId: a } });

async function takeAll(): Promise<string[]> {
  const ids: string[] = [];
  for (let id = await database.queue.take(); id !== null; id = await database.queue.take()) ids.push(id);
  return ids;
}

async function follow(runId: string): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const batch of new EventTail(database.db).events(runId, 0, new AbortController().signal)) all.push(...batch.map(({ event }) => event));
  return all;
}

/** An output that lies in the store, with a picture. */
async function stored(text: string): Promise<Output> {
  const bytes = encodeSafetensors({ x: float32(Float32Array.of(text.length), [1]) });
  const picture = Buffer.from(`a picture of ${text}`);
  const shapes = { x: { dtype: "float32", dims: [1] } };
  return { type: "text", tensors: await artifacts.put(bytes, "safetensors"), shapes, facts: { text }, picture: await artifacts.put(picture, "png") };
}

/** Computes the run that is first in the queue as a worker does; its only node gives `output`. */
async function compute(id: string, computed: Workflow, output: Output): Promise<void> {
  const keyed = keyOf(planRun(computed, ["words"]).nodes[0]!, {}, null)!;
  const runner: Runner = {
    async run(_job, onEvent) {
      onEvent({ type: "node-started", nodeId: "words", key: keyed.key }, keyed.recipe);
      onEvent({ type: "node-done", nodeId: "words", seconds: 1, outputs: { text: output } });
      return "done";
    },
    interrupt: () => {},
    status: () => ({ pid: null, busy: false, provider: null, lastRun: null, environment: null, rss: null }),
    close: async () => {},
  };
  const leaving = new AbortController();
  const reserve = new DiskReserve(join(database.dataDir, "reserve"));
  const working = new RunWorker({ db: database.db, queue: database.queue, store: artifacts, runner, workerId: "worker", reserve, framesLimit: 1e9 }).work(leaving.signal);
  await follow(id);
  leaving.abort();
  await working;
}

test("a probe is computed before all that wait, the newest first, and takes no turn of its workflow's", async () => {
  const [one, two] = [await start(a), await start(a)];
  const [first, second] = [await probe(a), await probe(b)];
  const late = await start(b);
  expect(await takeAll()).toEqual([second, first, one, late, two]);
  const ranks = await Promise.all([one, two, first, second, late].map(async (id) => (await rowOf(id)).rank));
  expect(new Set(ranks).size).toBe(5);
});

test("a probe that is computed does not push back the next run of its workflow", async () => {
  const looking = await probe(a);
  await claimRun(database.db, (await database.queue.take())!, "worker");
  const [ofB, ofA] = [await start(b), await start(a)];
  const another = await start(b);
  expect(await takeAll()).toEqual([ofB, ofA, another]);
  expect(await rowOf(looking)).toMatchObject({ status: "running", purpose: "probe" });
});

test("probes are in no list and no count, and cancelling everything leaves them alone", async () => {
  const run = await start(a);
  const looking = await probe(a);
  const ids = ({ runs }: Awaited<ReturnType<typeof listRuns>>) => runs.map(({ id }) => id);
  expect(ids(await listRuns(database.db, { workflowId: a, limit: 10 }))).toEqual([run]);
  expect(await readQueue(database.db)).toMatchObject({ waiting: [{ id: run }], waitingCount: 1 });
  expect((await readStatus(database.db, readSettings({ DATA_DIR: database.dataDir }))).queued).toBe(1);
  expect(await cancelRuns(database.db, database.queue, "all")).toBe(1);
  expect(await rowOf(looking)).toMatchObject({ status: "queued" });
});

test("a probe is read, followed and cancelled as any run, and ends with its workflow", async () => {
  const [looking, orphaned] = [await probe(a), await probe(b)];
  const followed = follow(looking);
  await cancelRun(database.db, database.queue, looking);
  expect((await followed).map(({ type }) => type)).toEqual(["queued", "node-not-run", "ended"]);
  expect(await getRun(database.db, looking)).toMatchObject({ status: "cancelled", graph: other });
  await removeWorkflow(database.db, database.queue, b);
  expect(await rowOf(orphaned)).toMatchObject({ status: "cancelled" });
  expect(await takeAll()).toEqual([]);
});

test("what a probe computes is kept, and changes neither what the workflow was last made from nor its picture", async () => {
  const [own, found] = [await stored("own"), await stored("found")];
  await compute(await start(a), graph, own);
  const before = await lastRecipes();
  expect(before).toHaveLength(1);

  const looking = await probe(a);
  await compute(looking, other, found);
  const unchanged = async () => {
    expect(await lastRecipes()).toEqual(before);
    expect(await database.db.workflow.findUniqueOrThrow({ where: { id: a } })).toMatchObject({ picture: own.picture!.hash });
  };
  expect(await getRun(database.db, looking)).toMatchObject({ status: "done", picture: null, state: { nodes: { words: { outputs: { text: found } } } } });
  await unchanged();

  // The second look finds the first one's result: done when it is asked for, and never in the queue.
  const again = await probe(a);
  expect(await getRun(database.db, again)).toMatchObject({ status: "done", picture: null, state: { nodes: { words: { reused: true, outputs: { text: found } } } } });
  expect(await takeAll()).toEqual([]);
  await unchanged();
});

test("the next probe removes those that ended more than an hour ago, with their events, and nothing else", async () => {
  const [run, old, recent, waits] = [await start(a), await probe(a), await probe(a), await probe(a)];
  for (const id of [run, old, recent]) await cancelRun(database.db, database.queue, id);
  const hours = (n: number) => ({ endedAt: new Date(Date.now() - n * 3_600_000) });
  await database.db.run.updateMany({ where: { id: { in: [run, old] } }, data: hours(1.1) });
  await database.db.run.update({ where: { id: recent }, data: hours(0.9) });
  await start(a);
  expect(await database.db.run.count({ where: { id: old } })).toBe(1);
  await probe(b);
  expect(await database.db.run.findMany({ where: { id: { in: [run, old, recent, waits] } }, select: { id: true }, orderBy: { createdAt: "asc" } })).toEqual([{ id: run }, { id: recent }, { id: waits }]);
  expect(await database.db.runEvent.count({ where: { runId: old } })).toBe(0);
  await expect(getRun(database.db, old)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
