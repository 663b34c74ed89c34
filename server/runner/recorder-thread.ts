/** The runner process's second thread: encodes, hashes and writes results while the first one is inside ONNX Runtime. */
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { saidMessage } from "@/models/said";
import { ArtifactStore } from "@/server/artifacts/store";
import type { EngineEvent } from "@/server/engine/contract";
import { describeFailure } from "@/server/engine/failure";
import { EventRecorder } from "./event-recorder";
import { LoadReporter, type LoadingEvent } from "./load-reporter";
import { memoryUse } from "./memory-use";
import { eventDescriptor, type FromRecorder, type FromRunner, type RecorderSettings, type StoringFailure, type ToRecorder } from "./messages";

/** How often the parent hears how much memory a run takes. */
const memoryEveryMs = 250;

const port = parentPort!;
const { dataDir, keepsFrames } = workerData as RecorderSettings;
const store = new ArtifactStore(dataDir);
void store.sweep();
const out = new Socket({ fd: eventDescriptor, readable: false, writable: true });
// When the parent is gone the main thread ends this process.
out.on("error", () => undefined);

let recording: { runId: string; recorder: EventRecorder } | undefined;
let lastLoading: LoadingEvent | undefined;
// After the events before it, in their order.
const loads = new LoadReporter((event) => void recording?.recorder.accept(event), () => process.memoryUsage.rss());
let memorySaid = Number.NEGATIVE_INFINITY;
setInterval(() => recording && sayMemory(), memoryEveryMs).unref();

port.on("message", (message: ToRecorder) => {
  switch (message.type) {
    case "ready":
      return say(message);
    case "events":
      return void record(message.runId, message.events);
    case "load":
      return load(message);
    case "settle":
      return void settle(message);
  }
});

async function record(runId: string, events: readonly EngineEvent[]): Promise<void> {
  const recorder = recorderOf(runId);
  lastLoading = events.findLast((event) => event.type === "loading") ?? lastLoading;
  await Promise.all(events.map((event) => recorder.accept(event)));
  tell({ type: "stored", runId, events: events.length });
  // Short runs end before the timer comes round.
  if (performance.now() - memorySaid > memoryEveryMs) sayMemory();
}

function load({ runId, load }: Extract<ToRecorder, { type: "load" }>): void {
  say({ type: "load", runId, loading: load !== null });
  if (!load) return loads.end();
  if (!lastLoading) return;
  loads.begin(lastLoading, load.bytes, load.growth);
  if (load.notice !== null) void recorderOf(runId).accept({ type: "notice", nodeId: lastLoading.nodeId, ...saidMessage(load.notice) });
}

function sayMemory(): void {
  memorySaid = performance.now();
  say({ type: "memory", use: memoryUse() });
}

async function settle({ runId, status, timings }: Extract<ToRecorder, { type: "settle" }>): Promise<void> {
  const recorder = recorderOf(runId);
  loads.stop();
  await recorder.settled();
  recording = undefined;
  sayMemory();
  say({ type: "settled", runId, status, timings, failure: storingFailure(recorder) });
}

function recorderOf(runId: string): EventRecorder {
  if (recording?.runId !== runId) {
    memorySaid = Number.NEGATIVE_INFINITY;
    recording = { runId, recorder: new EventRecorder(store, (event, recipe) => say({ type: "event", runId, event, ...(recipe && { recipe }) }), () => tell({ type: "failed", runId }), keepsFrames) };
  }
  return recording.recorder;
}

function storingFailure({ failure }: EventRecorder): StoringFailure | null {
  return failure && { nodeId: failure.nodeId, ...describeFailure(failure.error) };
}

function say(message: FromRunner): void {
  out.write(`${JSON.stringify(message)}\n`);
}

function tell(message: FromRecorder): void {
  port.postMessage(message);
}
