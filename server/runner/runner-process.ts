/** The process that holds the ONNX sessions and runs one job at a time. Started by runner.ts; speaks messages.ts. */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { Output } from "@/nodes/run-events";
import { pictureOf } from "@/nodes/pictures";
import { findRun } from "@/nodes/runs";
import { imageValue, type Value } from "@/nodes/values";
import { ArtifactStore } from "@/server/artifacts/store";
import { execute, type EngineContext, type EngineEvent } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import { decodeUpload } from "@/server/images/upload";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import type { FromRunner, ProcessSettings, RunJob, ToRunner } from "./messages";

/** Frames on their way to the disk; beyond this the run waits, so that a slow disk does not fill the memory. */
const maxUnstored = 32;

interface Opened {
  readonly store: ArtifactStore;
  readonly pool: SessionPool;
  readonly models: PipelineModels;
}

interface CurrentRun {
  readonly runId: string;
  readonly controller: AbortController;
  unstored: number;
  onStored: (() => void) | null;
}

let opened: Opened | undefined;
let current: CurrentRun | undefined;

process.on("message", (message) => receive(message as ToRunner));
// Without a parent nobody hears the results.
process.on("disconnect", () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group; the parent decides what it means.
process.on("SIGINT", () => undefined);

function receive(message: ToRunner): void {
  switch (message.type) {
    case "open":
      return open(message.settings);
    case "run":
      return void run(message.job);
    case "cancel":
      if (current?.runId === message.runId) current.controller.abort();
      return;
    case "stored":
      if (current?.runId !== message.runId) return;
      current.unstored--;
      current.onStored?.();
  }
}

function open({ dataDir, checkpointDir, provider }: ProcessSettings): void {
  const pool = new SessionPool(provider);
  opened = { pool, store: new ArtifactStore(dataDir), models: new PipelineModels(checkpointDir, join(dataDir, "graphs"), pool) };
  send({ type: "ready", provider: pool.provider });
}

async function run(job: RunJob): Promise<void> {
  if (!opened) throw new Error("The runner process got a job before its settings.");
  const { pool } = opened;
  const mine: CurrentRun = { runId: job.runId, controller: new AbortController(), unstored: 0, onStored: null };
  current = mine;
  pool.takeTimes();
  const begun = performance.now();
  const status = await execute(planRun(job.graph, job.targets), job.finished, engineContext(opened, mine));
  send({ type: "ready", provider: pool.provider });
  send({ type: "settled", runId: job.runId, status, timings: { seconds: (performance.now() - begun) / 1000, ...pool.takeTimes() } });
  current = undefined;
}

function engineContext({ models, store }: Opened, mine: CurrentRun): EngineContext {
  const { signal } = mine.controller;
  return {
    findRun,
    models: (onLoading) => models.forNode(onLoading, signal),
    async loadImage(hash) {
      const { data, width, height } = await decodeUpload(await store.read({ hash, kind: "png" }));
      return imageValue(data, width, height);
    },
    restore: async (output) => restored(output, await store.read(output.tensors)),
    pictureOf: (value) => pictureOf(value, models),
    emit: (event) => emit(event, mine),
    report: (error) => console.error(error),
    signal,
  };
}

async function emit(event: EngineEvent, mine: CurrentRun): Promise<void> {
  send({ type: "event", runId: mine.runId, event });
  if (event.type !== "frame") return;
  mine.unstored++;
  // Lets messages in (a cancellation) and out before the next session blocks this thread.
  await nextTurn();
  while (mine.unstored >= maxUnstored && !mine.controller.signal.aborted) {
    await new Promise<void>((resolve) => {
      mine.onStored = resolve;
      mine.controller.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

function restored(output: Output, bytes: Uint8Array): Value {
  const { tensors } = decodeSafetensors(bytes, `artifact ${output.tensors.hash}`);
  return { type: output.type, tensors, facts: output.facts } as unknown as Value;
}

function send(message: FromRunner): void {
  // When the parent is gone the disconnect handler ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
