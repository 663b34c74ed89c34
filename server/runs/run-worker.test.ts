import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Recipe } from "@/nodes/recipe";
import type { NodeState, Output, RunEnding, RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import type { RunJob, Runner } from "@/server/runner/runner";
import { createWorkflow } from "@/server/workflows/workflow-store";
import { DiskReserve } from "./disk-reserve";
import { EventTail } from "./event-tail";
import { getRun, type RunWish, startRun } from "./run-store";
import { setQueuePaused } from "./queue-state";
import { askToPause, cancelRun } from "./run-wishes";
import { RunWorker } from "./run-worker";
import { heartbeat, type WorkerStatus } from "./worker-status";

/** Two prompts, "one" and "two"; what they compute is up to each test. */
const graph: Workflow = {
  ...emptyWorkflow,
  nodes: ["one", "two"].map((id) => ({ id, type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: id } })),
};
const output: Output = {
  type: "text",
  tensors: { hash: "0".repeat(64), kind: "safetensors", bytes: 16 },
  shapes: {},
  facts: { text: "…" },
  picture: null,
};
const done = (nodeId: string): RunEvent[] => [
  { type: "node-started", nodeId },
  { type: "node-done", nodeId, seconds: 1, outputs: { text: output } },
];

const living: WorkerStatus = { provider: "cpu", device: "", cores: null, checkpoint: { problem: { message: "" } }, components: [], words: {}, memory: null, environment: null, busy: true };

/** `emitMade` says with an event what the node is made from. */
type Script = (job: RunJob, emit: (...events: RunEvent[]) => void, signal: AbortSignal, emitMade: (event: RunEvent, recipe: Recipe) => void) => Promise<RunEnding>;

/** A runner whose jobs do what the test says. */
class ScriptedRunner implements Runner {
  readonly jobs: RunJob[] = [];
  private lose: ((error: Error) => void) | undefined;

  constructor(private readonly script: Script) {}

  run(job: RunJob, onEvent: (event: RunEvent, recipe?: Recipe) => void, signal: AbortSignal): Promise<RunEnding> {
    this.jobs.push(job);
    const lost = new Promise<never>((_, reject) => (this.lose = reject));
    return Promise.race([lost, this.script(job, (...events) => events.forEach((event) => onEvent(event)), signal, onEvent)]);
  }

  interrupt(): void {}

  status(): ReturnType<Runner["status"]> {
    return { pid: null, busy: false, provider: null, lastRun: null, environment: null, rss: null };
  }

  async close(): Promise<void> {
    this.lose?.(new Error("This runner is closed."));
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });

let database: TestDatabase;
let workflowId: string;
let workers: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
}, openingMs);
afterAll(() => database.close());
beforeEach(async () => {
  workflowId = (await createWorkflow(database.db, { name: "Test", graph })).id;
  await heartbeat(database.db, "worker", living);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  workers = [];
  vi.restoreAllMocks();
  await setQueuePaused(database.db, false);
});

function employ(runner: ScriptedRunner, { workerId = "worker", siblings = [] as string[], framesLimit = 1e9 } = {}): { close(): Promise<void> } {
  const leaving = new AbortController();
  const reserve = new DiskReserve(join(database.dataDir, "reserve"));
  const working = new RunWorker({ db: database.db, queue: database.queue, store: new ArtifactStore(database.dataDir), runner, workerId, siblings, reserve, framesLimit }).work(leaving.signal);
  const worker = {
    async close() {
      leaving.abort();
      await runner.close();
      await working;
    },
  };
  workers.push(worker);
  return worker;
}

const start = ({ timeLimit = null as number | null, purpose = "run" as RunWish["purpose"] } = {}) =>
  startRun({ db: database.db, queue: database.queue, artifacts: new ArtifactStore(database.dataDir), environment: async () => null, timeLimit }, { workflowId, graph, targets: ["one", "two"], purpose });

/** Every event of a run, from its first to its last. */
async function events(runId: string, stopAt?: (event: RunEvent) => boolean): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const batch of new EventTail(database.db).events(runId, 0, new AbortController().signal)) {
    for (const { seq, event } of batch) {
      all.push(event);
      expect(seq).toBe(all.length);
      if (stopAt?.(event)) return all;
    }
  }
  return all;
}
const types = (all: readonly RunEvent[]) => all.map((event) => ("nodeId" in event ? `${event.type} ${event.nodeId}` : event.type));

test("runs are computed in the order they were asked for, each once, with every event in order", async () => {
  const runner = new ScriptedRunner(async (_job, emit) => {
    emit({ type: "started" }, ...done("one"), ...done("two"), { type: "ended", status: "done", seconds: 9 });
    return "done";
  });
  const ids = [await start(), await start(), await start()];
  employ(runner);
  for (const id of ids) {
    const expected = ["queued", "started", "node-started one", "node-done one", "node-started two", "node-done two", "ended"];
    expect(types(await events(id))).toEqual(expected);
  }
  expect(runner.jobs.map((job) => job.runId)).toEqual(ids);
  expect(await getRun(database.db, ids[0]!)).toMatchObject({ status: "done", message: null, state: { nodes: { two: { status: "done" } } } });
});

test("many events at once lose nothing", async () => {
  const notices = Array.from({ length: 1_500 }, (_, n): RunEvent => ({ type: "notice", nodeId: "one", message: String(n) }));
  employ(
    new ScriptedRunner(async (_job, emit) => {
      emit({ type: "node-started", nodeId: "one" }, ...notices);
      return "done";
    }),
  );
  const said = (await events(await start())).flatMap((event) => (event.type === "notice" ? [event.message] : []));
  expect(said).toEqual(notices.map((_, n) => String(n)));
});

test("cancelling ends the run that is computed, and no other", async () => {
  const runner = new ScriptedRunner(async (job, emit, signal) => {
    if (job.runId !== first) return "done";
    emit({ type: "node-started", nodeId: "one" });
    await aborted(signal);
    emit({ type: "node-not-run", nodeId: "one" }, { type: "node-not-run", nodeId: "two" });
    return "cancelled";
  });
  const first = await start();
  const second = await start();
  employ(runner);
  await events(first, (event) => event.type === "node-started");
  await cancelRun(database.db, database.queue, first);
  expect((await events(first)).at(-1)).toMatchObject({ type: "ended", status: "cancelled" });
  // A cancel that comes late hits nobody.
  await cancelRun(database.db, database.queue, first);
  expect((await events(second)).at(-1)).toMatchObject({ type: "ended", status: "done" });
});

test("a runner that crashes starts again where it was; the third time at the same place the run fails with the reason", async () => {
  const runner = new ScriptedRunner(async (job, emit) => {
    if (!job.finished.one) emit(...done("one"));
    emit({ type: "node-started", nodeId: "two" });
    throw new Error("The runner process was killed.");
  });
  const id = await start();
  employ(runner);
  const all = await events(id);
  expect(types(all).filter((type) => type === "node-done one")).toHaveLength(1);
  expect(types(all).filter((type) => type === "resumed")).toHaveLength(2);
  expect(runner.jobs.map((job) => Object.keys(job.finished))).toEqual([[], ["one"], ["one"]]);
  const run = await getRun(database.db, id);
  expect(run).toMatchObject({ status: "failed", state: { nodes: { one: { status: "done" }, two: { status: "failed" } } } });
  expect(run.said?.message).toMatchObject({ text: "The process that computes ended {count} times at the same place of this run. {why}", values: { count: "3" } });
  expect(run.message).toBe("The process that computes ended 3 times at the same place of this run. The runner process was killed.");
});

test("a run that gets a step further between two crashes goes on, however many there are", async () => {
  const key = "a".repeat(64);
  const frame = (step: number): RunEvent => ({ type: "frame", nodeId: "one", frame: { step, total: 8, tensors: output.tensors, numbers: {}, preview: null } });
  const runner = new ScriptedRunner(async (job, emit) => {
    const after = job.partial?.one?.frames.at(-1)?.step;
    emit({ type: "node-started", nodeId: "one", key, ...(after !== undefined && { after }) });
    if (after === 8) {
      emit({ type: "node-done", nodeId: "one", seconds: 1, outputs: { text: output } }, ...done("two"));
      return "done";
    }
    emit(frame((after ?? 0) + 1));
    throw new Error("The runner process was killed.");
  });
  const id = await start();
  employ(runner);
  expect((await events(id)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  expect(runner.jobs.map(({ partial }) => partial?.one?.frames.length ?? 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("crashes are counted anew in every life of the worker: the run got further in between, or is to be tried again", async () => {
  let life = 1;
  const runner = () => {
    let crashes = 0;
    return new ScriptedRunner(async (job, emit) => {
      emit({ type: "node-started", nodeId: "one" });
      if (crashes++ < 2) throw new Error("The runner process was killed.");
      emit({ type: "notice", nodeId: "one", message: `life ${life}` });
      if (life < 3) return new Promise(() => {});
      emit({ type: "node-done", nodeId: "one", seconds: 1, outputs: { text: output } }, ...done("two"));
      return "done";
    });
  };
  const id = await start();
  for (; life < 3; life++) {
    const worker = employ(runner());
    await events(id, (event) => event.type === "notice" && event.message === `life ${life}`);
    await worker.close();
  }
  employ(runner());
  expect((await events(id)).at(-1)).toMatchObject({ type: "ended", status: "done" });
});

test("a worker that dies leaves its run to its next life, with the finished nodes", async () => {
  const before = new ScriptedRunner((_job, emit) => {
    emit(...done("one"), { type: "node-started", nodeId: "two" });
    return new Promise(() => {});
  });
  const id = await start();
  const worker = employ(before);
  await events(id, (event) => event.type === "node-started" && event.nodeId === "two");
  await worker.close();
  expect((await getRun(database.db, id)).status).toBe("running");

  const after = new ScriptedRunner(async (_job, emit) => {
    emit(...done("two"));
    return "done";
  });
  employ(after);
  expect(types(await events(id)).slice(2)).toEqual(
    "node-started one, node-done one, node-started two, resumed, node-started two, node-done two, ended".split(", "),
  );
  expect(after.jobs).toMatchObject([{ runId: id, finished: { one: { outputs: { text: output } } } }]);
});

test("a run of another worker is left alone while that one lives, and taken over when it is dead", async () => {
  await heartbeat(database.db, "other", living);
  await database.db.worker.update({ where: { id: "worker" }, data: { steadySince: new Date(Date.now() - 60_000) } });
  const id = await start();
  await database.queue.take();
  await database.db.run.update({ where: { id }, data: { status: "running", workerId: "other", attempt: 1 } });
  const runner = new ScriptedRunner(async () => "done");
  const worker = employ(runner);
  // It has had its look for orphans when it has computed something else.
  await events(await start());
  expect(runner.jobs.map((job) => job.runId)).not.toContain(id);
  await worker.close();
  await database.db.worker.update({ where: { id: "other" }, data: { heartbeatAt: new Date(Date.now() - 60_000) } });
  employ(new ScriptedRunner(async () => "done"));
  expect((await events(id)).at(-1)).toMatchObject({ type: "ended", status: "done" });
});

test("a database that is away only delays a run: its events come late and whole, and what waits has its turn", async () => {
  let away = (): void => {};
  const isAway = new Promise<void>((resolve) => (away = resolve));
  const runner = new ScriptedRunner(async (_job, emit) => {
    emit({ type: "node-started", nodeId: "one" });
    await isAway;
    // Said while nobody can write it down.
    for (let step = 1; step <= 300; step++) emit({ type: "notice", nodeId: "one", message: String(step) });
    emit(done("one")[1]!, ...done("two"));
    return "done";
  });
  const [first, second] = [await start(), await start()];
  employ(runner);
  await events(first, (event) => event.type === "node-started");
  const subscribed = events(first);
  await database.goAway();
  away();
  // Long enough for writer, watcher and live events to have failed several times.
  await sleep(1_500);
  await database.comeBack();
  const all = await subscribed;
  expect(all.flatMap((event) => (event.type === "notice" ? [event.message] : []))).toEqual(Array.from({ length: 300 }, (_, index) => String(index + 1)));
  expect(all.at(-1)).toMatchObject({ type: "ended", status: "done" });
  expect((await events(second)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  expect(runner.jobs.map(({ runId }) => runId)).toEqual([first, second]);
});

test("an outage longer than the lease: no place of a worker takes the run of another, and its steps are there", async () => {
  let away = (): void => {};
  const isAway = new Promise<void>((resolve) => (away = resolve));
  const busy = new ScriptedRunner(async (_job, emit) => {
    emit({ type: "node-started", nodeId: "one" });
    await isAway;
    for (let step = 1; step <= 20; step++) emit({ type: "notice", nodeId: "one", message: String(step) });
    await sleep(2_500);
    emit(done("one")[1]!, ...done("two"));
    return "done";
  });
  const id = await start();
  employ(busy, { workerId: "worker", siblings: ["worker-2"] });
  await events(id, (event) => event.type === "node-started");
  await heartbeat(database.db, "worker-2", living);
  const longAgo = { heartbeatAt: new Date(Date.now() - 60_000), steadySince: new Date(Date.now() - 3_600_000) };
  await database.db.worker.updateMany({ where: { id: { in: ["worker", "worker-2"] } }, data: longAgo });
  await database.goAway();
  away();
  await sleep(500);
  await database.comeBack();
  // Its first look for orphans is its first deed, and after that it computes something.
  const idle = new ScriptedRunner(async () => "done");
  employ(idle, { workerId: "worker-2", siblings: ["worker"] });
  const next = await start();
  expect((await events(next)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  const all = await events(id);
  expect(all.filter(({ type }) => type === "notice")).toHaveLength(20);
  expect(all.map(({ type }) => type)).not.toContain("resumed");
  expect([busy, idle].map(({ jobs }) => jobs.map(({ runId }) => runId))).toEqual([[id], [next]]);
});

test("in a paused queue a run whose worker died goes on, and can be paused and cancelled; those that wait do not begin", async () => {
  const hanging = () =>
    new ScriptedRunner(async (_job, emit, signal) => {
      emit({ type: "node-started", nodeId: "one" });
      await aborted(signal);
      return "cancelled";
    });
  const [id, cancelled] = [await start(), await start()];
  for (const next of [id, cancelled]) {
    const worker = employ(hanging());
    await events(next, (event) => event.type === "node-started");
    await setQueuePaused(database.db, true);
    await worker.close();
    const waits = await start();
    const runner = hanging();
    const nextLife = employ(runner);
    await events(next, (event) => event.type === "resumed");
    await (next === id ? askToPause : cancelRun)(database.db, database.queue, next);
    await vi.waitFor(async () => expect((await getRun(database.db, next)).status).toBe(next === id ? "paused" : "cancelled"), 5_000);
    expect((await getRun(database.db, waits)).status).toBe("queued");
    await cancelRun(database.db, database.queue, waits);
    await nextLife.close();
    await setQueuePaused(database.db, false);
  }
});

test("a paused queue holds up no probe", async () => {
  await setQueuePaused(database.db, true);
  const runner = new ScriptedRunner(async () => "done");
  const waits = await start();
  const probe = await start({ purpose: "probe" });
  employ(runner);
  expect((await events(probe)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  await setQueuePaused(database.db, false);
  expect((await events(waits)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  expect(runner.jobs.map(({ runId }) => runId)).toEqual([probe, waits]);
});

test("a clock that is set back keeps a worker neither from what waits nor from its look for orphans", async () => {
  const runner = new ScriptedRunner(async () => "done");
  employ(runner);
  await events(await start());
  const now = Date.now;
  vi.spyOn(Date, "now").mockImplementation(() => now() - 3_600_000);
  const orphan = await start();
  await database.queue.remove(database.db, orphan);
  await database.db.run.update({ where: { id: orphan }, data: { status: "running", workerId: "worker", attempt: 1 } });
  await vi.waitFor(async () => expect((await getRun(database.db, orphan)).status).toBe("done"), 10_000);
}, 20_000);

test("the time limit counts what was computed, once: neither what was reused nor twice what was done before a crash", async () => {
  const reused: RunEvent = { type: "node-reused", nodeId: "one", key: "1".repeat(64), why: { kind: "unchanged" }, seconds: 500, outputs: { text: output }, frames: [], notices: [] };
  const runner = new ScriptedRunner(async (_job, emit) => {
    if (runner.jobs.length === 1) {
      emit(reused, { type: "node-started", nodeId: "two" });
      await sleep(400);
      emit({ type: "node-done", nodeId: "two", seconds: 300, outputs: { text: output } });
      throw new Error("The runner process was killed.");
    }
    return "done";
  });
  const id = await start({ timeLimit: 60 });
  employ(runner);
  await events(id);
  // The limit stays the one that was set: it is what a run over its time says.
  expect(runner.jobs.map(({ timeLimit }) => timeLimit)).toEqual([60, 60]);
  const [first, second] = runner.jobs.map(({ secondsBefore }) => secondsBefore!);
  const { seconds } = await getRun(database.db, id);
  expect(first).toBeLessThan(10);
  expect(second).toBeLessThan(10);
  expect(second).toBeGreaterThan(0.4);
  expect(seconds).toBeGreaterThan(0.4);
  expect(seconds).toBeLessThan(10);
});

test("a run says how long it was computed in all of its worker's lives, also in the middle of a node", async () => {
  const before = new ScriptedRunner(async (_job, emit) => {
    emit({ type: "node-started", nodeId: "one" });
    await sleep(1_000);
    emit({ type: "notice", nodeId: "one", message: "half" });
    return new Promise(() => {});
  });
  const id = await start({ timeLimit: 60 });
  const worker = employ(before);
  await events(id, (event) => event.type === "notice");
  await worker.close();
  const after = new ScriptedRunner(async () => "done");
  employ(after);
  await events(id);
  const { seconds } = await getRun(database.db, id);
  expect(after.jobs[0]).toMatchObject({ timeLimit: 60 });
  expect(after.jobs[0]!.secondsBefore).toBeGreaterThan(1);
  expect(seconds).toBeGreaterThan(1);
  expect(seconds).toBeLessThan(30);
});

test("a worker that lost its run cannot write to it any more", async () => {
  const runner = new ScriptedRunner(async (_job, emit, signal) => {
    emit({ type: "node-started", nodeId: "one" });
    await aborted(signal);
    emit(...done("one"));
    return "done";
  });
  const id = await start();
  employ(runner);
  await events(id, (event) => event.type === "node-started");
  await database.db.run.update({ where: { id }, data: { attempt: { increment: 1 }, status: "failed", endedAt: new Date() } });
  const next = await start();
  await events(next, (event) => event.type === "node-started");
  expect((await getRun(database.db, id)).lastEvent).toBe(3);
  await cancelRun(database.db, database.queue, next);
});

test("a run that an update made unreadable fails in words, and the next one has its turn", async () => {
  const badGraph = await start();
  const badEvent = await start();
  await database.db.run.update({ where: { id: badGraph }, data: { graph: { format: "older" } } });
  await database.db.runEvent.updateMany({ where: { runId: badEvent }, data: { data: { type: "older" } } });
  const next = await start();
  employ(new ScriptedRunner(async () => "done"));
  expect((await events(next)).at(-1)).toMatchObject({ type: "ended", status: "done" });
  for (const id of [badGraph, badEvent]) {
    const run = await database.db.run.findUniqueOrThrow({ where: { id } });
    expect(run).toMatchObject({ status: "failed", message: expect.stringContaining("cannot be read any more") });
  }
  await expect(events(badEvent)).rejects.toThrow("Event 1 of run");
});

test("a run whose events the database refuses fails instead of trying for ever", async () => {
  employ(
    new ScriptedRunner(async (_job, emit) => {
      emit({ type: "node-started", nodeId: "one" }, { type: "notice", nodeId: "one", message: "a\0b" });
      return "done";
    }),
  );
  expect((await events(await start())).at(-1)).toMatchObject({ type: "ended", status: "failed", message: expect.stringContaining("could not go on") });
});

test("steps beyond what a run may keep are thinned, in its events and in its stored results", async () => {
  const [key, later] = ["a".repeat(64), "b".repeat(64)];
  const recipe: Recipe = { type: "prompt", version: 1, params: {}, inputs: {}, checkpoint: null, numericMode: null };
  const frame = (nodeId: string, step: number): RunEvent => ({ type: "frame", nodeId, frame: { step, total: 8, tensors: output.tensors, numbers: { sigma: step }, preview: null } });
  const steps = [1, 2, 3, 4, 5, 6, 7, 8];
  const runner = new ScriptedRunner(async (_job, emit, _signal, emitMade) => {
    emitMade({ type: "node-started", nodeId: "one", key }, recipe);
    emit(...steps.map((step) => frame("one", step)), done("one")[1]!);
    emitMade({ type: "node-started", nodeId: "two", key: later }, recipe);
    emit(...steps.map((step) => frame("two", step)), done("two")[1]!);
    return "done";
  });
  // Ten steps of 16 bytes.
  employ(runner, { framesLimit: 160 });
  const id = await start();
  await events(id);
  const { state } = await getRun(database.db, id);
  const rows = await database.db.result.findMany({ where: { key: { in: [key, later] } }, orderBy: { key: "asc" } });
  for (const [index, nodeId] of ["one", "two"].entries()) {
    const node = state.nodes[nodeId] as Extract<NodeState, { status: "done" }>;
    expect(node.frames.map(({ step, numbers }) => [step, numbers.sigma])).toEqual(steps.map((step) => [step, step]));
    expect(node.frames.flatMap(({ step, tensors }) => (tensors ? [step] : []))).toEqual(nodeId === "one" ? [1, 5, 8] : [1, 5, 7, 8]);
    expect(rows[index]!.frames).toEqual(node.frames);
  }
});
