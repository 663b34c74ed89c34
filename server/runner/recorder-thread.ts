/** The runner process's second thread: encodes, hashes and writes results while the first one is inside ONNX Runtime. */
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { ArtifactStore } from "@/server/artifacts/store";
import type { EngineEvent } from "@/server/engine/execute";
import { describeFailure } from "@/server/engine/failure";
import { EventRecorder } from "./event-recorder";
import { eventDescriptor, type FromRecorder, type FromRunner, type StoringFailure, type ToRecorder } from "./messages";

const port = parentPort!;
const store = new ArtifactStore((workerData as { dataDir: string }).dataDir);
void store.sweep();
const out = new Socket({ fd: eventDescriptor, readable: false, writable: true });
// When the parent is gone the main thread ends this process.
out.on("error", () => undefined);

let recording: { runId: string; recorder: EventRecorder } | undefined;

port.on("message", (message: ToRecorder) => {
  switch (message.type) {
    case "ready":
      return say(message);
    case "events":
      return void record(message.runId, message.events);
    case "settle":
      return void settle(message);
  }
});

async function record(runId: string, events: readonly EngineEvent[]): Promise<void> {
  const recorder = recorderOf(runId);
  await Promise.all(events.map((event) => recorder.accept(event)));
  tell({ type: "stored", runId, events: events.length });
}

async function settle({ runId, status, timings }: Extract<ToRecorder, { type: "settle" }>): Promise<void> {
  const recorder = recorderOf(runId);
  await recorder.settled();
  recording = undefined;
  say({ type: "settled", runId, status, timings, failure: storingFailure(recorder) });
}

function recorderOf(runId: string): EventRecorder {
  if (recording?.runId !== runId) {
    recording = { runId, recorder: new EventRecorder(store, (event) => say({ type: "event", runId, event }), () => tell({ type: "failed", runId })) };
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
