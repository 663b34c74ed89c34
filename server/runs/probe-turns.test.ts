/** A probe has its turn in the middle of a run, which loses nothing by it (docs/decisions/0013). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { NodeState, RunEvent } from "@/nodes/run-events";
import { openingMs, type TestDatabase } from "@/server/database/test-database";
import type { Hold, TestGate } from "@/server/runner/test-gate";
import { setQueuePaused } from "./queue-state";
import { askToPause, cancelRun, resumeRun } from "./run-wishes";
import { living, type Outcome, painted, stepsOf, TestRoad } from "./test-road";
import { heartbeat } from "./worker-status";

let road: TestRoad;
let database: TestDatabase;
let gate: TestGate;
/** What the long run of each test gives when nobody disturbs it. */
let undisturbed: Outcome;

const words = "a cat";
const long = { graph: painted(words, { steps: 9 }), forced: ["*"] };

beforeAll(async () => {
  road = await TestRoad.open();
  ({ database, gate } = road);
  await road.beginTest();
  undisturbed = await road.outcome(await road.queue(long));
}, openingMs);
afterAll(() => road.close());
beforeEach(() => road.beginTest());
afterEach(async () => {
  vi.restoreAllMocks();
  await road.endTest();
});

const look = (text: string, sampler = {}) => road.queue({ graph: painted(text, sampler), targets: ["sampler"], purpose: "probe" });

/** From now on; the function it gives resolves when a place was told to stop for a probe. */
function interruption(): () => Promise<void> {
  const spies = road.places.map(({ runner }) => vi.spyOn(runner, "interrupt").mockClear());
  return () => vi.waitFor(() => expect(spies.flatMap(({ mock }) => mock.calls)).not.toEqual([]), 10_000);
}

/** The long run, inside its step `step`, which a probe waits for. */
async function runWithProbe(step: number, text: string): Promise<{ run: string; probe: string; at: Hold }> {
  const at = gate.hold(`step ${step} of ${words}`);
  const run = await road.queue(long);
  await at.reached;
  const interrupted = interruption();
  const probe = await look(text);
  await interrupted();
  return { run, probe, at };
}

const framesOf = ({ state }: Outcome) => (state.nodes.sampler as Extract<NodeState, { status: "done" }>).frames;
const aftersOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === "node-started" && event.after !== undefined ? [event.after] : []));

/** That a run is what it would have been without any probe, but for the events that say where it went on. */
function expectUndisturbed(run: Outcome, afters: readonly number[]): void {
  expect(run.state.status).toBe("done");
  expect(aftersOf(run.events)).toEqual(afters);
  expect(stepsOf(run.events)).toEqual(stepsOf(undisturbed.events));
  expect(framesOf(run)).toEqual(framesOf(undisturbed));
  expect(run.gave("sampler")).toEqual(undisturbed.gave("sampler"));
  expect(run.gave("save")).toEqual(undisturbed.gave("save"));
  expect(run.events.filter(({ type }) => type === "node-not-run")).toEqual([]);
}

test("a probe is computed after the step at work, before the next one; the run goes on after it and gives the same bytes", async () => {
  const { run, probe, at } = await runWithProbe(3, "the third step");
  const fourth = gate.hold(`step 4 of ${words}`);
  gate.takePassed();
  at.release();
  expect((await road.outcome(probe)).state.status).toBe("done");
  await fourth.reached;
  expect(gate.takePassed()).toEqual(["prompt of the third step", "text-encoder of the third step", "flux-sampler of the third step", ...[1, 2, 3, 4].map((step) => `step ${step} of the third step`), `flux-sampler of ${words}`, `step 4 of ${words}`]);
  expect(await road.statusOf(run)).toBe("running");
  fourth.release();
  const { events, ...ended } = await road.outcome(run);
  expectUndisturbed({ events, ...ended }, [3]);
  // Nobody sees the node without its steps: it is said to have gone back and to go on in one breath.
  const resumed = events.findIndex(({ type }) => type === "resumed");
  expect(events[resumed + 1]).toMatchObject({ type: "node-started", nodeId: "sampler", after: 3 });
  expect(await database.db.run.findUniqueOrThrow({ where: { id: run } })).toMatchObject({ attempt: 1 });
});

test("probes that wait together go first together; one that comes later waits for a step, so that the run gets on", async () => {
  const third = gate.hold(`step 3 of ${words}`);
  const run = await road.queue(long);
  await third.reached;
  // While there seems to be a free place elsewhere nobody stops.
  await heartbeat(database.db, "elsewhere", living);
  const interrupted = interruption();
  const together = [await look("one"), await look("two")];
  await database.db.worker.delete({ where: { id: "elsewhere" } });
  await interrupted();
  // The newest goes first.
  const inside = gate.hold("step 1 of one");
  const fourth = gate.hold(`step 4 of ${words}`);
  third.release();
  await inside.reached;
  const late = await look("three");
  const interruptedAgain = interruption();
  inside.release();
  for (const probe of together) expect((await road.outcome(probe)).state.status).toBe("done");
  // It is not among what was computed before this step.
  await fourth.reached;
  expect(gate.takePassed()).not.toContain("prompt of three");
  await interruptedAgain();
  fourth.release();
  expect((await road.outcome(late)).state.status).toBe("done");
  expectUndisturbed(await road.outcome(run), [3, 4]);
});

test("a run that is cancelled while a probe has its turn ends at once; the probe goes on, and so does what waits", async () => {
  const { run, probe, at } = await runWithProbe(3, "a cancelled run");
  const inside = gate.hold("step 2 of a cancelled run");
  at.release();
  await inside.reached;
  const next = await road.queue({ graph: painted("a dog") });
  await cancelRun(database.db, database.queue, run);
  const { state, events } = await road.outcome(run);
  expect(state.status).toBe("cancelled");
  expect(stepsOf(events)).toEqual([1, 2, 3]);
  expect(["prompt", "text", "sampler", "decode", "save"].map((id) => state.nodes[id]?.status)).toEqual(["done", "done", "not-run", "not-run", "not-run"]);
  expect(await Promise.all([probe, next].map(road.statusOf, road))).toEqual(["running", "queued"]);
  // One that comes late meets neither.
  await cancelRun(database.db, database.queue, run);
  inside.release();
  expect((await road.outcome(probe)).state.status).toBe("done");
  expect((await road.outcome(next)).state.status).toBe("done");
});

test("a run that is paused while a probe has its turn is paused at once, and goes on later", async () => {
  const { run, probe, at } = await runWithProbe(3, "a paused run");
  const inside = gate.hold("step 2 of a paused run");
  at.release();
  await inside.reached;
  await askToPause(database.db, database.queue, run);
  await road.eventsOf(run, ({ type }) => type === "paused");
  expect(await road.statusOf(probe)).toBe("running");
  inside.release();
  expect((await road.outcome(probe)).state.status).toBe("done");
  await resumeRun(database.db, database.queue, run);
  expectUndisturbed(await road.outcome(run), [3]);
});

test("a probe that is cancelled ends without touching the run, also while it waits for the run's step", async () => {
  const { run, probe, at } = await runWithProbe(3, "a cancelled look");
  await cancelRun(database.db, database.queue, probe);
  expect((await road.outcome(probe)).state.status).toBe("cancelled");
  expect(await road.statusOf(run)).toBe("running");
  const fourth = gate.hold(`step 4 of ${words}`);
  at.release();
  await fourth.reached;
  const interrupted = interruption();
  const another = await look("another look");
  await interrupted();
  const inside = gate.hold("step 2 of another look");
  fourth.release();
  await inside.reached;
  await cancelRun(database.db, database.queue, another);
  await inside.stopped;
  inside.release();
  expect((await road.outcome(another)).state.status).toBe("cancelled");
  expect(gate.takePassed()).not.toContain("prompt of a cancelled look");
  expectUndisturbed(await road.outcome(run), [3, 4]);
});

test("a process that dies while a probe has its turn fails the probe, in words, and not the run", async () => {
  const { run, probe, at } = await runWithProbe(3, "a crash");
  const inside = gate.hold("step 2 of a crash");
  at.release();
  await inside.reached;
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  process.kill(road.places[0]!.runner.status().pid!, "SIGKILL");
  expect((await road.outcome(probe)).state).toMatchObject({ status: "failed", message: expect.stringContaining("The runner process was killed") });
  expectUndisturbed(await road.outcome(run), [3]);
  expect(await database.db.run.findUniqueOrThrow({ where: { id: run } })).toMatchObject({ attempt: 1 });
});

test("a worker that ends while a probe has its turn goes on with both in its next life", async () => {
  const { run, probe, at } = await runWithProbe(3, "a restart");
  const inside = gate.hold("step 2 of a restart");
  at.release();
  await inside.reached;
  await road.restartEverything();
  expect((await road.outcome(probe)).state.status).toBe("done");
  expectUndisturbed(await road.outcome(run), [3]);
}, 60_000);

test("a run that fails or ends before its next step is not touched; a paused queue holds up no probe", async () => {
  const decoding = gate.hold(`vae-decode of ${words}`);
  const run = await road.queue(long);
  await decoding.reached;
  await setQueuePaused(database.db, true);
  const interrupted = interruption();
  const probe = await look("the end");
  await interrupted();
  decoding.release();
  expectUndisturbed(await road.outcome(run), []);
  expect((await road.outcome(probe)).state.status).toBe("done");
  await setQueuePaused(database.db, false);
});

test("of two places a free one takes the probe and nobody stops; where both are busy, one stops", async () => {
  await road.employ("worker-2");
  const holds = ["a hen", "a cow"].map((text) => gate.hold(`step 2 of ${text}`));
  const hen = await road.queue({ graph: painted("a hen") });
  await holds[0]!.reached;
  const stops = road.places.map(({ runner }) => vi.spyOn(runner, "interrupt"));
  expect((await road.outcome(await look("a free place"))).state.status).toBe("done");
  expect(stops.flatMap(({ mock }) => mock.calls)).toEqual([]);

  const cow = await road.queue({ graph: painted("a cow") });
  await holds[1]!.reached;
  const interrupted = interruption();
  const probe = await look("two busy places");
  await interrupted();
  for (const hold of holds) hold.release();
  expect((await road.outcome(probe)).state.status).toBe("done");
  const ended = await Promise.all([hen, cow].map(road.outcome, road));
  expect(ended.map(({ state }) => state.status)).toEqual(["done", "done"]);
  expect(ended.flatMap(({ events }) => aftersOf(events))).toEqual([2]);
  await road.dismiss(1);
});
