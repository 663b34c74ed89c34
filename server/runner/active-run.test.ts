import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findPreset } from "@/nodes/presets";
import { afterEvent, unstartedRun, type RunEvent } from "@/nodes/run-events";
import { ActiveRun } from "./active-run";
import type { RunJob, ToRunner } from "./messages";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const timings = { seconds: 1, graphs: {}, loadingSeconds: 0 };
const graph = findPreset("text-to-image")!.graph;
const frame = { step: 12, total: 28, tensors: { hash: "0".repeat(64), kind: "safetensors", bytes: 1 }, numbers: {}, preview: null } as const;

function begin(change: Partial<RunJob> = {}) {
  const events: RunEvent[] = [];
  const sent: ToRunner["type"][] = [];
  const kills: number[] = [];
  const stop = new AbortController();
  const begun = Date.now();
  const run = new ActiveRun({ runId: "r", graph, finished: {}, ...change }, (event) => events.push(event), {
    send: ({ type }) => sent.push(type),
    kill: () => {
      kills.push(Date.now() - begun);
      run.lost(new Error("The runner process was killed."));
    },
    killAfterMs: 10_000,
  });
  const ending = run.start(stop.signal);
  const hear = (...heard: RunEvent[]) => heard.forEach((event) => run.receive({ type: "event", runId: "r", event }));
  const settle = (status: "done" | "cancelled") => run.receive({ type: "settled", runId: "r", status, timings, failure: null });
  return { run, ending, events, sent, kills, stop, hear, settle, state: () => events.reduce(afterEvent, unstartedRun) };
}

const sampling: RunEvent[] = [{ type: "started" }, { type: "node-started", nodeId: "sampler" }, { type: "frame", nodeId: "sampler", frame }];

test("a cancellation waits for a step, and not for a load", async () => {
  const step = begin();
  step.hear(...sampling);
  step.stop.abort();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(step.kills).toEqual([10_000]);
  expect(await step.ending).toBe("cancelled");

  const load = begin();
  load.hear(...sampling);
  load.run.receive({ type: "load", runId: "r", loading: true });
  load.stop.abort();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(load.kills).toEqual([500]);
  expect(await load.ending).toBe("cancelled");
  expect(load.state().nodes.sampler?.status).toBe("not-run");
});

test("a load that ends within its grace is a step again", async () => {
  const { run, stop, kills, settle, ending } = begin();
  run.receive({ type: "load", runId: "r", loading: true });
  stop.abort();
  await vi.advanceTimersByTimeAsync(400);
  run.receive({ type: "load", runId: "r", loading: false });
  await vi.advanceTimersByTimeAsync(5_000);
  settle("cancelled");
  expect(await ending).toBe("cancelled");
  expect(kills).toEqual([]);
});

test("too much memory fails the node that runs, and the run, with figures and remedy", async () => {
  const { run, hear, ending, state, kills } = begin();
  hear(...sampling);
  run.exceedMemory(13.4e9, 12e9);
  expect(kills).toHaveLength(1);
  expect(await ending).toBe("failed");
  expect(state().nodes.sampler).toMatchObject({ status: "failed", message: "FLUX Sampler needed 13 GB of memory, more than the limit of 12 GB.", remedy: expect.stringContaining("RUN_MEMORY_LIMIT") });
  expect(state().nodes.save).toEqual({ status: "not-run" });
  expect(state()).toMatchObject({ status: "failed", message: expect.stringContaining("needed 13 GB") });
});

test("too long: cancelled first, and then failed with where it was", async () => {
  const { hear, settle, ending, state, sent, kills } = begin({ timeLimit: 1800 });
  hear(...sampling);
  await vi.advanceTimersByTimeAsync(1_799_999);
  expect(sent).toEqual(["run"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(["run", "cancel"]);
  hear({ type: "node-not-run", nodeId: "sampler" }, { type: "node-not-run", nodeId: "save" }, { type: "ended", status: "cancelled", seconds: 1800 });
  settle("cancelled");
  expect(await ending).toBe("failed");
  expect(kills).toEqual([]);
  expect(state().nodes.sampler).toMatchObject({ status: "failed", message: "The run took longer than its limit of 30 min; it got to step 12 of 28 in FLUX Sampler." });
  expect(state().status).toBe("failed");
});

test("what earlier attempts used up counts, and the words name the limit that was set", async () => {
  const { hear, ending, state, sent, settle } = begin({ timeLimit: 1800, secondsBefore: 1799.1723522709997 });
  hear(...sampling);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(["run", "cancel"]);
  settle("cancelled");
  await ending;
  expect(state().nodes.sampler).toMatchObject({ message: "The run took longer than its limit of 30 min; it got to step 12 of 28 in FLUX Sampler." });
  const spent = begin({ timeLimit: 5, secondsBefore: 7 });
  await vi.advanceTimersByTimeAsync(1);
  expect(spent.sent).toEqual(["run", "cancel"]);
  spent.settle("cancelled");
  expect(await spent.ending).toBe("failed");
});

test("too long and deaf: killed after the grace, failed all the same", async () => {
  const { hear, ending, kills } = begin({ timeLimit: 90 });
  hear(...sampling);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(kills).toEqual([100_000]);
  expect(await ending).toBe("failed");
});

test("a run that was done just when its time was up is done", async () => {
  const { hear, settle, ending, state } = begin({ timeLimit: 5 });
  hear({ type: "started" });
  await vi.advanceTimersByTimeAsync(5_000);
  hear({ type: "ended", status: "done", seconds: 5 });
  settle("done");
  expect(await ending).toBe("done");
  expect(state().status).toBe("done");
});

test("a limit longer than a timer takes does not end the run at once", async () => {
  const { sent, settle, ending } = begin({ timeLimit: 1e9 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(["run"]);
  settle("cancelled");
  await ending;
});

test("limits do not change how a run ends that somebody cancelled", async () => {
  const { run, stop, ending } = begin({ timeLimit: 1 });
  stop.abort();
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await ending).toBe("cancelled");
  run.exceedMemory(2, 1);
});

test("too much memory ends at once what is being ended already, for the reason it is ended for", async () => {
  const cancelled = begin();
  cancelled.hear(...sampling);
  cancelled.stop.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  cancelled.run.exceedMemory(2, 1);
  expect(cancelled.kills).toEqual([1_000]);
  expect(await cancelled.ending).toBe("cancelled");
  expect(cancelled.state().nodes.sampler?.status).toBe("not-run");

  const late = begin({ timeLimit: 90 });
  late.hear(...sampling);
  await vi.advanceTimersByTimeAsync(91_000);
  late.run.exceedMemory(2, 1);
  expect(late.kills).toEqual([91_000]);
  expect(await late.ending).toBe("failed");
  expect(late.state().nodes.sampler).toMatchObject({ status: "failed", message: expect.stringContaining("took longer than its limit") });
});
