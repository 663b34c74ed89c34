/** What the engine promises, on small deterministic nodes and the whole road (test-road.ts). */
import { unlink, writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { NodeState, RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import type { ArtifactStore } from "@/server/artifacts/store";
import { repairStore } from "@/server/artifacts/verification";
import { openingMs, type TestDatabase } from "@/server/database/test-database";
import type { TestGate } from "@/server/runner/test-gate";
import { createWorkflow } from "@/server/workflows/workflow-store";
import { setQueuePaused } from "./queue-state";
import { moveRun } from "./run-order";
import { askToPause, cancelRun, cancelRuns, resumeRun } from "./run-wishes";
import { type Outcome, painted, stepsOf, TestRoad, type Wish } from "./test-road";

let road: TestRoad;
let database: TestDatabase;
let store: ArtifactStore;
let gate: TestGate;

beforeAll(async () => {
  road = await TestRoad.open();
  ({ database, store, gate } = road);
}, openingMs);
afterAll(() => road.close());
beforeEach(() => road.beginTest());
afterEach(() => road.endTest());

const queue = (wish: Wish) => road.queue(wish);
const ask = (wish: Wish) => road.ask(wish);
const eventsOf = (runId: string, stopAt?: (event: RunEvent) => boolean) => road.eventsOf(runId, stopAt);
const outcome = (runId: string) => road.outcome(runId);
const statusOf = (runId: string) => road.statusOf(runId);

const outputOf = ({ state }: Outcome, id: string) => Object.values((state.nodes[id] as Extract<NodeState, { status: "done" }>).outputs)[0]!;
const chain = ["prompt", "text", "sampler", "decode", "save"];

test("a run is computed once; an unchanged one computes nothing, in the queue and at the site, and each node says why", async () => {
  const first = await outcome(await queue({ graph: painted("a cat") }));
  expect(first.state.status).toBe("done");
  expect(first.computed).toEqual(chain);
  expect(gate.takePassed()).toEqual(["prompt of a cat", "text-encoder of a cat", "flux-sampler of a cat", ...[1, 2, 3, 4].map((step) => `step ${step} of a cat`), "vae-decode of a cat", "save-image"]);
  expect(first.why("sampler")).toEqual({ kind: "first-time" });
  const { picture } = outputOf(first, "save");
  expect(picture && (await store.check(picture))).toBe("sound");

  const again = await outcome(await queue({ graph: painted("a cat") }));
  expect(again.reused).toEqual(chain);
  expect(chain.map(again.why)).toEqual(chain.map(() => ({ kind: "unchanged" })));
  const asked = await ask({ graph: painted("a cat") });
  expect(await statusOf(asked)).toBe("done");
  const { reused, gave } = await outcome(asked);
  expect(reused).toEqual(chain);
  expect(gave("save")).toEqual(first.gave("save"));
  expect(gate.takePassed()).toEqual([]);

  const longer = await outcome(await ask({ graph: painted("a cat", { steps: 6 }) }));
  expect(longer.reused).toEqual(["prompt", "text"]);
  expect(longer.computed).toEqual(["sampler", "decode", "save"]);
  expect(longer.why("sampler")).toEqual({ kind: "changed", what: ["Steps"] });
  expect(longer.why("decode")).toEqual({ kind: "changed", what: ["Latents"] });
  expect(longer.gave("save")).not.toEqual(first.gave("save"));
});

test("results outlast a restart of everything, and other workflows find them", async () => {
  const first = await outcome(await queue({ graph: painted("a dog") }));
  await road.restartEverything();
  gate.takePassed();
  const again = await outcome(await queue({ graph: painted("a dog") }));
  expect(again.reused).toEqual(chain);
  expect(again.why("sampler")).toEqual({ kind: "unchanged" });
  const { id: other } = await createWorkflow(database.db, { name: "Other", graph: emptyWorkflow });
  const copy = await outcome(await queue({ workflowId: other, graph: painted("a dog", {}, { suffix: "-copy", title: "Mine", position: { x: 9, y: 9 } }) }));
  expect(copy.computed).toEqual([]);
  expect(copy.why("sampler-copy")).toEqual({ kind: "computed-before" });
  expect(copy.gave("save-copy")).toEqual(first.gave("save"));
  expect(gate.takePassed()).toEqual([]);
});

test("a forced node is computed again, and nothing else; selected targets compute what they need", async () => {
  const graph = painted("a bird");
  await outcome(await queue({ graph, targets: ["decode"] }));
  expect(gate.takePassed().at(-1)).toBe("vae-decode of a bird");
  const forced = await outcome(await ask({ graph, forced: ["sampler"] }));
  expect(forced.computed).toEqual(["sampler", "save"]);
  expect(forced.why("sampler")).toEqual({ kind: "forced" });
  expect(forced.reused).toEqual(["prompt", "text", "decode"]);

  const two = painted("a fox", {}, { suffix: "-fox" });
  const both: Workflow = { ...graph, nodes: [...graph.nodes, ...two.nodes], edges: [...graph.edges, ...two.edges] };
  gate.takePassed();
  const selected = await outcome(await ask({ graph: both, targets: ["text-fox", "save"] }));
  expect(Object.keys(selected.state.nodes).sort()).toEqual([...chain, "prompt-fox", "text-fox"].sort());
  expect(gate.takePassed()).toEqual(["prompt of a fox", "text-encoder of a fox"]);
});

test("a result whose file is gone is computed again where it is needed, and says so, also when a repair forgot it", async () => {
  const graph = painted("a fish");
  const first = await outcome(await queue({ graph }));
  const latents = store.path(outputOf(first, "sampler").tensors);
  for (const forget of [() => undefined, () => repairStore(store, database.db)]) {
    await unlink(latents);
    expect((await outcome(await ask({ graph }))).computed).toEqual([]);
    await forget();
    const again = await outcome(await ask({ graph, targets: ["sampler"] }));
    expect(again.computed).toEqual(["sampler"]);
    expect(again.why("sampler")).toEqual({ kind: "evicted" });
    expect(again.gave("sampler")).toEqual(first.gave("sampler"));
  }
});

test("a damaged picture of the same size is not given as the result of a run: the node computes it again, and says so", async () => {
  const graph = painted("a whale");
  const picture = outputOf(await outcome(await queue({ graph })), "save").picture!;
  for (const start of [ask, queue]) {
    await writeFile(store.path(picture), Buffer.alloc(picture.bytes, 7));
    const again = await outcome(await start({ graph }));
    expect(again.computed).toEqual(["save"]);
    expect(again.why("save")).toEqual({ kind: "damaged" });
    expect(await store.check(picture)).toBe("sound");
  }
  expect(await statusOf(await ask({ graph }))).toBe("done");
});

test("while the database is away a run waits for what was computed before, and does not compute it", async () => {
  const graph = painted("a duck");
  await outcome(await queue({ graph }));
  // So that the picture made of its latents is asked for in the middle of the run.
  await database.db.result.deleteMany({ where: { type: "flux-sampler" } });
  const id = await queue({ graph });
  const last = gate.hold("step 4 of a duck");
  await last.reached;
  gate.takePassed();
  const troubled = new Promise((resolve) => vi.spyOn(console, "error").mockImplementation(resolve));
  await database.goAway();
  last.release();
  await troubled;
  await database.comeBack();
  const { state, reused } = await outcome(id);
  vi.restoreAllMocks();
  expect(state.status).toBe("done");
  expect(reused).toEqual(["prompt", "text", "decode", "save"]);
  expect(gate.takePassed()).toEqual([]);
});

test("a cell of a sweep that fails fails alone; what the sweep does not reach is computed once", async () => {
  const swept = await outcome(await queue({ graph: painted("a hen", { steps: 1 }, { sweeps: { seed: { kind: "list", values: [12, 13, 14] } } }) }));
  expect(swept.state.status).toBe("failed");
  expect(swept.state.nodes["sampler@1"]).toMatchObject({ status: "failed", message: "Seed 13 is unlucky." });
  expect(swept.computed).toEqual(["prompt", "text", "sampler@0", "decode@0", "save@0", "sampler@2", "decode@2", "save@2"]);
  expect(["decode@1", "save@1"].map((id) => swept.state.nodes[id]?.status)).toEqual(["not-run", "not-run"]);
  expect(swept.gave("save@0")).not.toEqual(swept.gave("save@2"));
  expect(gate.takePassed().filter((place) => place.startsWith("text-encoder"))).toHaveLength(1);
});

test("a run paused at a step goes on after it and gives the same bytes; so does one whose runner is killed, or whose worker and database end", async () => {
  const wish = { graph: painted("a cow", { steps: 9 }), forced: ["*"] };
  const undisturbed = await outcome(await queue(wish));
  expect(stepsOf(undisturbed.events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  gate.takePassed();

  const id = await queue(wish);
  const third = gate.hold("step 3 of a cow");
  await third.reached;
  await askToPause(database.db, database.queue, id);
  await third.stopped;
  third.release();
  const paused = await eventsOf(id, ({ type }) => type === "paused");
  expect(stepsOf(paused)).toEqual([1, 2, 3]);
  expect(gate.takePassed().at(-1)).toBe("step 3 of a cow");

  const fifth = gate.hold("step 5 of a cow");
  await resumeRun(database.db, database.queue, id);
  await fifth.reached;
  process.kill(road.places[0]!.runner.status().pid!, "SIGKILL");
  const seventh = gate.hold("step 7 of a cow");
  await seventh.reached;
  await road.restartEverything();

  const { state, events, gave } = await outcome(id);
  expect(state.status).toBe("done");
  expect(events.filter(({ type }) => type === "resumed")).toHaveLength(3);
  const afters = events.flatMap((event) => (event.type === "node-started" && event.nodeId === "sampler" && event.after !== undefined ? [event.after] : []));
  // What a killed process had not handed over yet is computed again, and nothing before it.
  expect(afters[0]).toBe(3);
  expect(afters.every((after) => after >= 3 && after <= 6)).toBe(true);
  expect((state.nodes.sampler as Extract<NodeState, { status: "done" }>).frames.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(gave("sampler")).toEqual(undisturbed.gave("sampler"));
  expect(gave("save")).toEqual(undisturbed.gave("save"));
  expect(gate.takePassed().filter((place) => place.startsWith("text-encoder"))).toEqual([]);
  // Two runner processes and a database start in it.
}, 60_000);

test("a paused run that goes on under another version computes its nodes anew, finished or not, and says so", async () => {
  const graph = painted("a bee");
  const undisturbed = await outcome(await queue({ graph }));
  const id = await queue({ graph, forced: ["*"] });
  const second = gate.hold("step 2 of a bee");
  await second.reached;
  await askToPause(database.db, database.queue, id);
  await second.stopped;
  second.release();
  await eventsOf(id, ({ type }) => type === "paused");
  // As the version before would have named these results.
  for (const [nodeId, key] of [["text", "a"], ["sampler", "b"]] as const) {
    await database.db.$executeRaw`
      UPDATE "RunEvent" SET data = jsonb_set(data, '{key}', ${JSON.stringify(key.repeat(64))}::jsonb)
      WHERE "runId" = ${id} AND data->>'type' = 'node-started' AND data->>'nodeId' = ${nodeId}`;
  }
  await resumeRun(database.db, database.queue, id);
  const { state, events, why, gave } = await outcome(id);
  expect(state.status).toBe("done");
  const resumed = events.slice(events.findIndex(({ type }) => type === "resumed"));
  expect(resumed.flatMap((event) => (event.type === "node-started" ? [event.nodeId] : []))).toEqual(["text", "sampler", "decode", "save"]);
  expect(["text", "sampler", "decode"].map(why)).toEqual([{ kind: "restarted" }, { kind: "restarted" }, { kind: "forced" }]);
  expect(stepsOf(resumed)).toEqual([1, 2, 3, 4]);
  expect(gave("save")).toEqual(undisturbed.gave("save"));
});

test("a run cancelled at a step ends with that step, and the next run is not touched", async () => {
  const id = await queue({ graph: painted("a goat", { steps: 9 }) });
  const next = await queue({ graph: painted("a pig") });
  const third = gate.hold("step 3 of a goat");
  await third.reached;
  await cancelRun(database.db, database.queue, id);
  await third.stopped;
  third.release();
  const { state, events } = await outcome(id);
  expect(stepsOf(events)).toEqual([1, 2, 3]);
  expect(state.status).toBe("cancelled");
  expect(["prompt", "text", "sampler", "decode", "save"].map((node) => state.nodes[node]?.status)).toEqual(["done", "done", "not-run", "not-run", "not-run"]);
  await cancelRun(database.db, database.queue, id);
  expect((await outcome(next)).state.status).toBe("done");
});

test("two places take runs in their order; a pause frees one, and cancelling all ends what is computed, waits and is paused", async () => {
  await road.employ("worker-2");
  await setQueuePaused(database.db, true);
  const words = ["one", "two", "three", "four", "five"];
  const first = words.map((word) => gate.hold(`step 2 of ${word}`));
  const ids: string[] = [];
  for (const word of words) ids.push(await queue({ graph: painted(word) }));
  await moveRun(database.db, database.queue, ids[4]!, "front");
  await setQueuePaused(database.db, false);
  await Promise.all([first[4]!.reached, first[0]!.reached]);
  expect(await Promise.all(ids.map(statusOf))).toEqual(["running", "queued", "queued", "queued", "running"]);

  first[4]!.release();
  expect((await outcome(ids[4]!)).state.status).toBe("done");
  await first[1]!.reached;
  await askToPause(database.db, database.queue, ids[0]!);
  await first[0]!.stopped;
  first[0]!.release();
  await first[2]!.reached;
  expect(await Promise.all(ids.map(statusOf))).toEqual(["paused", "running", "running", "queued", "done"]);
  expect(gate.takePassed().filter((place) => place.startsWith("prompt"))).toEqual(expect.not.arrayContaining(["prompt of four"]));

  expect(await cancelRuns(database.db, database.queue, "all")).toBe(4);
  await Promise.all([first[1]!.stopped, first[2]!.stopped]);
  first[1]!.release();
  first[2]!.release();
  const ended = await Promise.all(ids.slice(0, 4).map(outcome));
  expect(ended.map(({ state }) => state.status)).toEqual(["cancelled", "cancelled", "cancelled", "cancelled"]);
  expect(ended.map(({ events }) => stepsOf(events))).toEqual([[1, 2], [1, 2], [1, 2], []]);
  await road.dismiss(1);
});
