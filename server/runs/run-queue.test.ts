import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { openDatabase } from "@/server/database/client";
import { ArtifactStore } from "@/server/artifacts/store";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { createWorkflow, removeWorkflow, restoreWorkflow } from "@/server/workflows/workflow-store";
import { RunLost } from "./event-log";
import { EventWriter } from "./event-writer";
import { isQueuePaused, readQueue, setQueuePaused } from "./queue-state";
import { type ClaimedRun, claimRun, findOrphan, readWishes } from "./run-claim";
import { moveRun, renumber } from "./run-order";
import { RunQueue } from "./run-queue";
import { getRun, listRuns, startRun } from "./run-store";
import { askToPause, cancelRun, cancelRuns, resumeRun } from "./run-wishes";
import { heartbeat, type WorkerStatus } from "./worker-status";

const graph: Workflow = {
  ...emptyWorkflow,
  nodes: ["one", "two"].map((id) => ({ id, type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: id } })),
};
const living: WorkerStatus = { provider: "cpu", device: "", cores: null, checkpoint: { problem: { message: "" } }, components: [], words: {}, memory: null, environment: null, busy: true };

let database: TestDatabase;
let a: string;
let b: string;

beforeAll(async () => {
  database = await openTestDatabase();
}, openingMs);
afterAll(() => database.close());
beforeEach(async () => {
  await cancelRuns(database.db, database.queue, "all");
  await database.db.run.updateMany({ where: { endedAt: null }, data: { status: "failed", endedAt: new Date() } });
  await database.db.worker.deleteMany();
  await heartbeat(database.db, "worker", living);
  a = (await createWorkflow(database.db, { name: "A", graph })).id;
  b = (await createWorkflow(database.db, { name: "B", graph })).id;
});

const start = (workflowId: string) => startRun({ db: database.db, queue: database.queue, artifacts: new ArtifactStore(database.dataDir), environment: async () => null, timeLimit: null }, { workflowId, graph, targets: ["one", "two"] });

async function startMany(workflowId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await start(workflowId));
  return ids;
}

/** What a worker does when it has time: the job is taken, then the row. */
async function takeNext(workerId = "worker", queue = database.queue): Promise<ClaimedRun> {
  const id = await queue.take();
  const run = id && (await claimRun(database.db, id, workerId));
  if (!run) throw new Error(`Nothing to claim in ${id}.`);
  return run;
}

async function takeAll(queue = database.queue): Promise<string[]> {
  const ids: string[] = [];
  for (let id = await queue.take(); id !== null; id = await queue.take()) ids.push(id);
  return ids;
}

/** Writes a heartbeat of a worker that has had one every moment for a long time. */
async function beatSteadily(workerId: string): Promise<void> {
  await heartbeat(database.db, workerId, living);
  await database.db.worker.update({ where: { id: workerId }, data: { steadySince: new Date(Date.now() - 3_600_000) } });
}

/** What an outage of the database does to all heartbeats. */
async function ageHeartbeats(seconds: number, ...workerIds: string[]): Promise<void> {
  await database.db.worker.updateMany({ where: { id: { in: workerIds } }, data: { heartbeatAt: new Date(Date.now() - seconds * 1000) } });
}

const waiting = async () => (await readQueue(database.db)).waiting.map(({ id }) => id);
const writerOf = ({ position }: ClaimedRun) => new EventWriter(database.db, position, () => {});
const end = (run: ClaimedRun) => writerOf(run).end([], { status: "done", seconds: 1 }, database.queue);
const statusOf = async (id: string) => (await database.db.run.findUniqueOrThrow({ where: { id } })).status;

async function typesOf(runId: string): Promise<string[]> {
  const rows = await database.db.runEvent.findMany({ where: { runId }, orderBy: { seq: "asc" } });
  return rows.map((row) => (row.data as RunEvent).type);
}

describe("what a run's events are written with", () => {
  const recipe = { type: "prompt", version: 1, params: { text: "one" }, inputs: {}, checkpoint: null, numericMode: null };
  const done: RunEvent = { type: "node-done", nodeId: "one", seconds: 2, outputs: {} };
  const result = { nodeId: "one", key: "k".repeat(64), recipe, computed: { outputs: {}, frames: [], notices: [], seconds: 2 } };

  test("those still waiting when the run ends are written with its end, results and picture too", async () => {
    await start(a);
    const run = await takeNext();
    let writes = 0;
    const writer = new EventWriter(database.db, run.position, () => {}, () => writes++);
    writer.push({ type: "node-started", nodeId: "one" });
    writer.push(done, "p".repeat(64), result);
    await writer.end([{ type: "node-not-run", nodeId: "two" }], { status: "done", seconds: 2 }, database.queue);
    expect(writes).toBe(1);
    expect(await typesOf(run.position.runId)).toEqual(["queued", "node-started", "node-done", "node-not-run", "ended"]);
    expect(await database.db.run.findUniqueOrThrow({ where: { id: run.position.runId } })).toMatchObject({ status: "done", seconds: 2, picture: "p".repeat(64) });
    expect(await database.db.result.count({ where: { key: result.key } })).toBe(1);
  });

  test("more than one statement takes is written before the end, whole and in order", async () => {
    await start(a);
    const run = await takeNext();
    const writer = writerOf(run);
    const texts = Array.from({ length: 450 }, (_, n) => `Notice ${n}`);
    for (const message of texts) writer.push({ type: "notice", nodeId: "one", message });
    await writer.end([], { status: "done", seconds: 2 }, database.queue);
    const rows = await database.db.runEvent.findMany({ where: { runId: run.position.runId }, orderBy: { seq: "asc" } });
    const events = rows.map(({ data }) => data as RunEvent);
    expect(events.flatMap((event) => (event.type === "notice" ? event.message : []))).toEqual(texts);
    expect(events.at(-1)).toMatchObject({ type: "ended", status: "done" });
  });
});

describe("the order", () => {
  test("jobs are handed out as the rows say, also by a queue that was opened anew", async () => {
    const [first, second, third] = await startMany(a, 3);
    await moveRun(database.db, database.queue, third!, "front");
    expect(await waiting()).toEqual([third, first, second]);
    const queue = await RunQueue.open(database.url);
    const db = openDatabase(database.url, 1);
    expect((await readQueue(db)).waiting.map(({ id }) => id)).toEqual([third, first, second]);
    expect(await takeAll(queue)).toEqual([third, first, second]);
    await queue.close();
    await db.$disconnect();
  });

  test("a run of another workflow is next but one, however many of the first wait and whether one is computed or not", async () => {
    const ids = await startMany(a, 20);
    const running = await takeNext();
    expect(running.position.runId).toBe(ids[0]);
    const other = await start(b);
    expect((await waiting()).slice(0, 3)).toEqual([ids[1], other, ids[2]]);
    await end(running);
    // Between two runs.
    const third = (await createWorkflow(database.db, { name: "C", graph })).id;
    const late = await start(third);
    expect((await waiting()).slice(0, 4)).toEqual([ids[1], other, late, ids[2]]);
  });

  test("two workflows with many runs each take turns", async () => {
    const ofA = await startMany(a, 4);
    const ofB = await startMany(b, 4);
    expect(await waiting()).toEqual([0, 1, 2, 3].flatMap((n) => [ofA[n], ofB[n]]));
    expect(await takeAll()).toEqual([0, 1, 2, 3].flatMap((n) => [ofA[n], ofB[n]]));
  });

  test("runs queued at the same moment get ranks of their own, and the clock has no say", async () => {
    const ids = await Promise.all([a, b, a, b, a, b].map(start));
    const rows = await database.db.run.findMany({ where: { id: { in: ids } } });
    expect(new Set(rows.map(({ rank }) => rank)).size).toBe(6);
    const before = await waiting();
    // The clock went backwards while they were queued.
    for (const [n, id] of before.entries()) await database.db.run.update({ where: { id }, data: { createdAt: new Date(Date.now() - n * 86_400_000) } });
    await database.db.$executeRaw`UPDATE pgboss.job SET start_after = start_after + interval '1 hour', created_on = created_on + interval '1 hour' WHERE name = 'runs'`;
    expect(await waiting()).toEqual(before);
    expect(await takeAll()).toEqual(before);
  });

  test("ranks start from 0 again when nothing waits or runs", async () => {
    await startMany(a, 3);
    expect(await cancelRuns(database.db, database.queue, "waiting")).toBe(3);
    expect(await database.db.run.findUniqueOrThrow({ where: { id: await start(a) } })).toMatchObject({ rank: 0 });
  });

  test("moving: before another, to the front, to the end, and often enough to use up every gap", async () => {
    const [one, two, three, four] = (await startMany(a, 4)) as [string, string, string, string];
    await moveRun(database.db, database.queue, four, { before: two });
    expect(await waiting()).toEqual([one, four, two, three]);
    await moveRun(database.db, database.queue, one, "end");
    expect(await waiting()).toEqual([four, two, three, one]);
    await moveRun(database.db, database.queue, four, { before: four });
    expect(await waiting()).toEqual([four, two, three, one]);
    let order = [four, two, three, one];
    for (let n = 0; n < 25; n++) {
      const [p, q, r, s] = order as [string, string, string, string];
      await moveRun(database.db, database.queue, s, { before: q });
      order = [p, s, q, r];
    }
    expect(await waiting()).toEqual(order);
    expect(await takeAll()).toEqual(order);
  });

  test("a run moved to the front does not let later ones overtake those that wait", async () => {
    const ids = await startMany(a, 5);
    for (const id of ids.slice(3)) await moveRun(database.db, database.queue, id, "front");
    const other = await start(b);
    expect(await waiting()).toEqual([ids[4], ids[3], ids[0], other, ids[1], ids[2]]);
  });

  test("large ranks are counted anew, and the order stays", async () => {
    const ids = await startMany(a, 3);
    await database.db.run.update({ where: { id: ids[2] }, data: { rank: 2_000_000_000 } });
    const last = await start(a);
    expect(await waiting()).toEqual([...ids, last]);
    expect((await database.db.run.findUniqueOrThrow({ where: { id: last } })).rank).toBeLessThan(10_000);
    await database.db.$transaction((tx) => renumber(tx));
    expect(await takeAll()).toEqual([...ids, last]);
  });

  test("a run that does not wait any more is not moved, and nothing goes before it", async () => {
    const [first, second] = (await startMany(a, 2)) as [string, string];
    await takeNext();
    await expect(moveRun(database.db, database.queue, first, "end")).rejects.toThrow("This run is being computed already.");
    await expect(moveRun(database.db, database.queue, second, { before: first })).rejects.toMatchObject({ code: "CONFLICT" });
    await askToPause(database.db, database.queue, second);
    await expect(moveRun(database.db, database.queue, second, "front")).rejects.toMatchObject({ details: { remedy: "Resume it first." } });
    await cancelRun(database.db, database.queue, second);
    await expect(moveRun(database.db, database.queue, second, "front")).rejects.toThrow("This run has ended.");
    await expect(moveRun(database.db, database.queue, "nothing", "front")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("pausing", () => {
  test("a run that waits is set aside, is nobody's, and goes on when it is resumed", async () => {
    const [first, second] = (await startMany(a, 2)) as [string, string];
    await askToPause(database.db, database.queue, first);
    await askToPause(database.db, database.queue, first);
    expect(await readQueue(database.db)).toMatchObject({ waiting: [{ id: second }], pausedRuns: [{ id: first, stopping: null }] });
    expect(await claimRun(database.db, first, "worker")).toBeNull();
    await database.db.run.update({ where: { id: first }, data: { createdAt: new Date(0) } });
    expect(await findOrphan(database.db, "worker")).toBeNull();
    await resumeRun(database.db, database.queue, first);
    await resumeRun(database.db, database.queue, first);
    expect(await takeAll()).toEqual([second, first]);
    expect(await typesOf(first)).toEqual(["queued", "paused"]);
    expect(await claimRun(database.db, first, "worker")).toMatchObject({ resumed: false });
  });

  test("a run that is computed is paused by its worker, and another may resume it", async () => {
    const id = await start(a);
    const run = await takeNext();
    await askToPause(database.db, database.queue, id);
    expect((await readWishes(database.db, run.position)).unwanted).toBe("paused");
    expect(await readQueue(database.db)).toMatchObject({ running: [{ id, stopping: "pausing" }] });
    await writerOf(run).pause([{ type: "notice", nodeId: "one", message: "half" }], database.queue);
    expect(await database.db.run.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: "paused", workerId: null });
    expect((await readWishes(database.db, run.position)).unwanted).toBe("lost");
    await resumeRun(database.db, database.queue, id);
    const again = await takeNext("other");
    expect(again).toMatchObject({ position: { runId: id, attempt: 2 }, resumed: true });
    expect((await readWishes(database.db, again.position)).unwanted).toBeNull();
    expect(await typesOf(id)).toEqual(["queued", "notice", "paused"]);
  });

  test("a wish that changes while the worker stops is followed: resumed, it waits in its place; cancelled, it ends", async () => {
    const [first, second] = (await startMany(a, 2)) as [string, string];
    const resumed = await takeNext();
    await askToPause(database.db, database.queue, first);
    await resumeRun(database.db, database.queue, first);
    await writerOf(resumed).pause([], database.queue);
    expect(await waiting()).toEqual([first, second]);
    const cancelled = await takeNext();
    expect(cancelled.position.runId).toBe(first);
    await askToPause(database.db, database.queue, first);
    await cancelRun(database.db, database.queue, first);
    await writerOf(cancelled).pause([], database.queue);
    expect(await getRun(database.db, first)).toMatchObject({ status: "cancelled", state: { status: "cancelled" } });
    expect(await takeAll()).toEqual([second]);
  });

  test("a run that has ended is neither paused nor resumed", async () => {
    const id = await start(a);
    await end(await takeNext());
    await expect(askToPause(database.db, database.queue, id)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(resumeRun(database.db, database.queue, id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("the whole queue can be paused; runs are still accepted", async () => {
    expect(await isQueuePaused(database.db)).toBe(false);
    await setQueuePaused(database.db, true);
    const id = await start(a);
    expect(await readQueue(database.db)).toMatchObject({ paused: true, waiting: [{ id }], waitingCount: 1 });
    await setQueuePaused(database.db, false);
    expect(await isQueuePaused(database.db)).toBe(false);
  });
});

describe("cancelling", () => {
  test("all that wait, and then everything, with the number of them", async () => {
    const ids = (await startMany(a, 4)) as [string, string, string, string];
    const running = await takeNext();
    await askToPause(database.db, database.queue, ids[1]);
    expect(await cancelRuns(database.db, database.queue, "waiting")).toBe(2);
    expect(await Promise.all(ids.map(statusOf))).toEqual(["running", "paused", "cancelled", "cancelled"]);
    expect((await readWishes(database.db, running.position)).unwanted).toBeNull();
    expect(await cancelRuns(database.db, database.queue, "all")).toBe(2);
    expect(await Promise.all(ids.map(statusOf))).toEqual(["running", "cancelled", "cancelled", "cancelled"]);
    expect((await readWishes(database.db, running.position)).unwanted).toBe("cancelled");
    expect(await cancelRuns(database.db, database.queue, "all")).toBe(0);
    expect(await database.queue.take()).toBeNull();
  });

  test("a paused run says how long it was computed and which nodes it did not get to", async () => {
    const id = await start(a);
    const run = await takeNext();
    const writer = new EventWriter(database.db, run.position, () => {}, undefined, () => 3);
    await askToPause(database.db, database.queue, id);
    writer.push({ type: "node-started", nodeId: "one" });
    writer.push({ type: "node-done", nodeId: "one", seconds: 2, outputs: {} });
    writer.push({ type: "node-started", nodeId: "two" });
    await writer.pause([], database.queue);
    await cancelRun(database.db, database.queue, id);
    expect(await getRun(database.db, id)).toMatchObject({
      status: "cancelled",
      seconds: 3,
      state: { nodes: { one: { status: "done" }, two: { status: "not-run" } } },
    });
  });

  test("one that comes late touches neither the ended run nor the next one", async () => {
    const [first, second] = (await startMany(a, 2)) as [string, string];
    await end(await takeNext());
    const next = await takeNext();
    await cancelRun(database.db, database.queue, first);
    expect(await statusOf(first)).toBe("done");
    expect((await readWishes(database.db, next.position)).unwanted).toBeNull();
    expect(await typesOf(second)).toEqual(["queued"]);
    await expect(cancelRun(database.db, database.queue, "nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

test("deleting a workflow ends its runs with the reason, whatever they were doing, and no others; restoring starts none", async () => {
  const ids = (await startMany(a, 3)) as [string, string, string];
  const other = await start(b);
  const running = await takeNext();
  await askToPause(database.db, database.queue, ids[1]);
  await removeWorkflow(database.db, database.queue, a);
  expect((await readWishes(database.db, running.position)).unwanted).toBe("cancelled");
  // What the worker writes when it notices.
  await writerOf(running).end([], { status: "cancelled", seconds: 1 }, database.queue);
  for (const id of ids) expect(await getRun(database.db, id)).toMatchObject({ status: "cancelled", message: "Its workflow was deleted.", state: { message: "Its workflow was deleted." } });
  await expect(start(a)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await restoreWorkflow(database.db, a);
  expect(await waiting()).toEqual([other]);
  expect(await takeAll()).toEqual([other]);
});

test("lists have runs in the order they were asked for, though the clock went backwards; pages follow on", async () => {
  const ids = await startMany(a, 5);
  await cancelRuns(database.db, database.queue, "all");
  for (const [n, id] of ids.entries()) await database.db.run.update({ where: { id }, data: { createdAt: new Date(Date.now() - n * 86_400_000) } });
  const first = await listRuns(database.db, { workflowId: a, limit: 3 });
  expect(first.nextCursor).not.toBeNull();
  const second = await listRuns(database.db, { workflowId: a, limit: 3, cursor: first.nextCursor! });
  expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(ids.toReversed());
});

describe("workers that die", () => {
  test("while a run pauses whose workflow is deleted: its next life ends the run with the reason", async () => {
    const [pausing, paused] = (await startMany(a, 2)) as [string, string];
    await takeNext();
    await askToPause(database.db, database.queue, pausing);
    await askToPause(database.db, database.queue, paused);
    await removeWorkflow(database.db, database.queue, a);
    // Nobody computes the second, so it has ended; the first is its worker's, which is dead.
    expect([await statusOf(pausing), await statusOf(paused)]).toEqual(["running", "cancelled"]);
    expect(await findOrphan(database.db, "worker")).toBe(pausing);
    const again = (await claimRun(database.db, pausing, "worker"))!;
    expect((await readWishes(database.db, again.position)).unwanted).toBe("cancelled");
    // Even a worker that still follows the pause ends it.
    await writerOf(again).pause([], database.queue);
    expect(await getRun(database.db, pausing)).toMatchObject({ status: "cancelled", message: "Its workflow was deleted." });
    expect(await findOrphan(database.db, "worker")).toBeNull();
  });

  test("between taking a job and claiming its run: the run is found, before those behind it", async () => {
    const ids = (await startMany(a, 2)) as [string, string];
    expect(await database.queue.take()).toBe(ids[0]);
    expect(await findOrphan(database.db, "worker")).toBeNull();
    await database.db.run.updateMany({ where: { id: { in: ids } }, data: { createdAt: new Date(Date.now() - 3_600_000) } });
    expect(await findOrphan(database.db, "worker")).toBe(ids[0]);
    // Somebody lets the other go first: the lost one waits in the queue again when it is moved.
    await moveRun(database.db, database.queue, ids[0], "end");
    expect(await takeAll()).toEqual([ids[1], ids[0]]);
  });

  test("a clock that is set back keeps neither a dead worker's run nor a lost job from being found", async () => {
    const [held, lost] = (await startMany(a, 2)) as [string, string];
    await heartbeat(database.db, "dead", living);
    await beatSteadily("worker");
    await takeNext("dead");
    expect(await findOrphan(database.db, "worker")).toBeNull();
    const later = new Date(Date.now() + 86_400_000);
    await database.db.worker.update({ where: { id: "dead" }, data: { heartbeatAt: later } });
    expect(await findOrphan(database.db, "worker")).toBe(held);
    expect(await claimRun(database.db, held, "worker")).toMatchObject({ position: { attempt: 2 } });
    await heartbeat(database.db, "worker", living);
    expect(await database.queue.take()).toBe(lost);
    await database.db.run.update({ where: { id: lost }, data: { createdAt: later } });
    expect(await findOrphan(database.db, "third")).toBe(lost);
  });

  test("after an outage of the database nobody takes a run of another before everybody had the time for a heartbeat", async () => {
    const id = await start(a);
    await beatSteadily("other");
    await beatSteadily("worker");
    await takeNext("other");
    await ageHeartbeats(60, "other", "worker");
    expect(await findOrphan(database.db, "worker")).toBeNull();
    expect(await claimRun(database.db, id, "worker")).toBeNull();
    await heartbeat(database.db, "worker", living);
    expect(await findOrphan(database.db, "worker")).toBeNull();
    expect(await claimRun(database.db, id, "worker")).toBeNull();
    // A lease later, and still no word from the other.
    await beatSteadily("worker");
    expect(await findOrphan(database.db, "worker")).toBe(id);
    // Its word comes in between.
    await heartbeat(database.db, "other", living);
    expect(await claimRun(database.db, id, "worker")).toBeNull();
  });

  test("a short outage, which only one of two has noticed, is no proof of a death", async () => {
    await start(a);
    await beatSteadily("other");
    await beatSteadily("worker");
    await takeNext("other");
    await ageHeartbeats(14, "worker");
    await ageHeartbeats(16, "other");
    expect(await findOrphan(database.db, "worker")).toBeNull();
    await heartbeat(database.db, "worker", living);
    expect(await findOrphan(database.db, "worker")).toBeNull();
  });

  test("places of one process never take each other's runs, and each takes up its own", async () => {
    const id = await start(a);
    await beatSteadily("worker");
    await takeNext("worker-2");
    await ageHeartbeats(60, "worker-2");
    expect(await findOrphan(database.db, "worker", { siblings: ["worker-2"] })).toBeNull();
    expect(await claimRun(database.db, id, "worker", ["worker-2"])).toBeNull();
    expect(await findOrphan(database.db, "worker-2", { siblings: ["worker"] })).toBe(id);
    // A later life with fewer places.
    expect(await findOrphan(database.db, "worker")).toBe(id);
  });

  test("in a paused queue: what they were computing is found, what waits is not", async () => {
    const [held, lost] = (await startMany(a, 2)) as [string, string];
    await takeNext();
    await database.queue.take();
    await database.db.run.update({ where: { id: lost }, data: { createdAt: new Date(Date.now() - 3_600_000) } });
    expect(await findOrphan(database.db, "worker", { queuePaused: true })).toBe(held);
    await end((await claimRun(database.db, held, "worker"))!);
    expect(await findOrphan(database.db, "worker", { queuePaused: true })).toBeNull();
    expect(await findOrphan(database.db, "worker")).toBe(lost);
  });

  test("and nobody is there to follow a wish: their runs end or pause at once, and their late words are not heard", async () => {
    const ids = (await startMany(a, 3)) as [string, string, string];
    const runs = [await takeNext("one"), await takeNext("two"), await takeNext("three")];
    await cancelRun(database.db, database.queue, ids[0]);
    await askToPause(database.db, database.queue, ids[1]);
    expect(await cancelRuns(database.db, database.queue, "all")).toBe(2);
    expect(await Promise.all(ids.map(statusOf))).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(await typesOf(ids[1])).toEqual(["queued", "paused", "node-not-run", "node-not-run", "ended"]);
    const writer = writerOf(runs[2]!);
    writer.push({ type: "node-started", nodeId: "one" });
    await expect(writer.flush()).rejects.toThrow(RunLost);
    expect(await typesOf(ids[2])).toEqual(["queued", "node-not-run", "node-not-run", "ended"]);
    expect(await database.queue.take()).toBeNull();
  });
});
