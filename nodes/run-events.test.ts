import { expect, test } from "vitest";
import { said, saidMessage } from "@/models/said";
import { afterEvent, framesOf, runEventSchema, unstartedRun, type RunEvent, type RunState } from "./run-events";

const artifact = { hash: "0".repeat(64), kind: "safetensors", bytes: 8 } as const;
const frame = (step: number) => ({ step, total: 2, tensors: artifact, numbers: { sigma: 1 / step }, preview: null });
const fold = (events: readonly RunEvent[], from: RunState = unstartedRun) => events.reduce(afterEvent, from);

const wholeRun: RunEvent[] = [
  { type: "queued", nodes: ["a", "b"] },
  { type: "started" },
  { type: "node-started", nodeId: "a" },
  { type: "loading", nodeId: "a", model: "T5" },
  { type: "notice", nodeId: "a", message: "cut" },
  { type: "frame", nodeId: "a", frame: frame(1) },
  { type: "frame", nodeId: "a", frame: frame(2) },
  { type: "node-done", nodeId: "a", seconds: 0.5, outputs: {} },
  { type: "node-started", nodeId: "b" },
  { type: "node-failed", nodeId: "b", message: "no", remedy: "do" },
  { type: "ended", status: "failed", seconds: 1, message: "no" },
];

test("a whole run folds to its last state", () => {
  const state = fold(wholeRun);
  expect(state).toMatchObject({ status: "failed", seconds: 1, message: "no" });
  expect(state.nodes.a).toMatchObject({ status: "done", notices: [{ message: "cut" }], frames: [{ step: 1 }, { step: 2 }] });
  expect(state.nodes.b).toMatchObject({ status: "failed", message: "no", remedy: "do" });
});

test("what messages are made of is kept, so that they can be said in another language", () => {
  const words = { message: said("{count} tokens were cut", { count: 3 }), remedy: said("Write less.") };
  const failed = fold([
    { type: "node-started", nodeId: "a" },
    { type: "notice", nodeId: "a", ...saidMessage(words.message) },
    { type: "node-failed", nodeId: "a", ...saidMessage(words.message, words.remedy) },
    { type: "ended", status: "failed", seconds: 1, message: "3 tokens were cut Write less.", said: words },
  ].map((event) => runEventSchema.parse(event)));
  expect(failed).toMatchObject({ message: "3 tokens were cut Write less.", said: words });
  expect(failed.nodes.a).toMatchObject({ message: "3 tokens were cut", remedy: "Write less.", said: words, notices: [{ message: "3 tokens were cut", said: { message: words.message } }] });
});

test("what was stored before that is read as it is: messages without, notices as texts alone", () => {
  const stored = [
    { type: "notice", nodeId: "a", message: "cut" },
    { type: "node-failed", nodeId: "a", message: "no", remedy: "do" },
    { type: "node-reused", nodeId: "b", key: artifact.hash, why: { kind: "unchanged" }, seconds: 1, outputs: {}, frames: [], notices: ["cut"] },
    { type: "ended", status: "failed", seconds: 1, message: "no do" },
  ];
  const state = fold(stored.map((event) => runEventSchema.parse(event)));
  expect(state).toMatchObject({ message: "no do", said: null, nodes: { a: { message: "no", remedy: "do", notices: [{ message: "cut" }] }, b: { notices: [{ message: "cut" }] } } });
});

test("loading is said until the first frame", () => {
  expect(fold(wholeRun.slice(0, 4)).nodes.a).toMatchObject({ status: "running", loading: "T5" });
  expect(fold(wholeRun.slice(0, 6)).nodes.a).toMatchObject({ status: "running", loading: null });
});

test("a resumed run keeps what is done and starts the rest afresh", () => {
  const state = fold([...wholeRun.slice(0, 9), { type: "frame", nodeId: "b", frame: frame(1) }, { type: "resumed" }]);
  expect(state.nodes.a?.status).toBe("done");
  expect(state.nodes.b).toEqual({ status: "waiting" });
  const again = fold([{ type: "node-started", nodeId: "b" }, { type: "frame", nodeId: "b", frame: frame(1) }], state);
  expect(again.nodes.b).toMatchObject({ frames: [{ step: 1 }] });
});

test("a thinned step stays in the list with its numbers, and says that its tensors are not kept", () => {
  const thinning: RunEvent = { type: "frames-thinned", nodeId: "a", steps: [1] };
  const kept = [{ step: 1, tensors: null, numbers: { sigma: 1 } }, { step: 2, tensors: artifact }];
  expect(fold([...wholeRun.slice(0, 7), thinning]).nodes.a).toMatchObject({ status: "running", frames: kept });
  // Also of a node that is done, failed, or waits to go on; and the event of a node nobody knows changes nothing.
  expect(fold([...wholeRun, thinning]).nodes.a).toMatchObject({ status: "done", frames: kept });
  const key = "a".repeat(64);
  const waiting = fold([{ type: "node-started", nodeId: "a", key }, ...wholeRun.slice(5, 7), { type: "resumed" }, thinning]);
  expect(waiting.nodes.a).toMatchObject({ status: "waiting", partial: { key, frames: kept } });
  expect(fold([...wholeRun, { ...thinning, nodeId: "c" }])).toEqual(fold(wholeRun));
});

test("the steps of a node stay in sight while its run is paused, and when it is cancelled", () => {
  const atWork: RunEvent[] = [{ type: "node-started", nodeId: "b", key: "a".repeat(64) }, { type: "frame", nodeId: "b", frame: frame(1) }];
  const paused = fold([...wholeRun.slice(0, 9), ...atWork, { type: "paused" }]);
  expect([framesOf(paused.nodes.b), framesOf(undefined)]).toEqual([[frame(1)], []]);
  const notRun: RunEvent = { type: "node-not-run", nodeId: "b" };
  for (const cancelled of [fold([notRun], paused), fold([...wholeRun.slice(0, 9), ...atWork, notRun])]) expect(cancelled.nodes.b).toEqual({ status: "not-run", frames: [frame(1)] });
  expect(fold([...wholeRun.slice(0, 9), notRun]).nodes.b).toEqual({ status: "not-run" });
});

test("a node that starts again at its first step has none of its earlier ones", () => {
  const key = "a".repeat(64);
  const started: RunEvent = { type: "node-started", nodeId: "b", key };
  const again = fold([started, ...[1, 2].map((step): RunEvent => ({ type: "frame", nodeId: "b", frame: frame(step) })), { type: "resumed" }, { ...started, after: 2 }, { type: "frame", nodeId: "b", frame: frame(1) }]);
  expect(again.nodes.b).toMatchObject({ status: "running", frames: [{ step: 1 }] });
});

test("folding changes no earlier state", () => {
  const before = fold(wholeRun.slice(0, 6));
  const copy = structuredClone(before);
  afterEvent(before, wholeRun[6]!);
  expect(before).toEqual(copy);
});

test("every event survives JSON and its schema", () => {
  const thinning: RunEvent = { type: "frames-thinned", nodeId: "a", steps: [1] };
  for (const event of [...wholeRun, thinning]) expect(runEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
});

test("a long load has figures until it is over", () => {
  const loading = { type: "loading", nodeId: "a", model: "T5" } as const;
  const long = [...wholeRun.slice(0, 4), { ...loading, bytes: 9, seconds: 0.5, progress: 0.25 }] satisfies RunEvent[];
  expect(fold(long).nodes.a).toMatchObject({ loading: "T5", load: { seconds: 0.5, bytes: 9, progress: 0.25 } });
  expect(fold([...long, { ...loading, seconds: 1 }]).nodes.a).toMatchObject({ load: { seconds: 1, bytes: null, progress: null } });
  expect(fold([...long, { ...loading, seconds: 1, progress: 1 }]).nodes.a).toMatchObject({ status: "running", loading: null, load: null });
});

test("a run knows the checkpoint that its networks run on, computed or reused", () => {
  const started = fold([...wholeRun.slice(0, 2), { type: "node-started", nodeId: "a", checkpoint: "weights" }, { type: "node-started", nodeId: "b" }]);
  expect(started.checkpoint).toBe("weights");
  expect(fold([...wholeRun.slice(0, 2), { type: "node-reused", nodeId: "a", key: "0".repeat(64), why: { kind: "same" } as never, seconds: 1, outputs: {}, frames: [], notices: [], checkpoint: "weights" }]).checkpoint).toBe("weights");
  expect(fold(wholeRun)).not.toHaveProperty("checkpoint");
});
