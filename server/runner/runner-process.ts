/** The process that holds the ONNX sessions and runs one job at a time. Started by runner.ts; speaks messages.ts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import type { Output } from "@/nodes/run-events";
import { pictureOf } from "@/nodes/pictures";
import type { NumericEnvironment } from "@/nodes/recipe";
import { findRun } from "@/nodes/runs";
import { findSpec } from "@/nodes/specs";
import { nodeIdOf } from "@/nodes/sweeps";
import { imageValue, type Value } from "@/nodes/values";
import { flawOf } from "@/server/artifacts/output-files";
import { readSavedTensors } from "@/server/artifacts/saved-tensors";
import { ArtifactStore } from "@/server/artifacts/store";
import type { EngineContext, EngineEvent } from "@/server/engine/contract";
import { execute } from "@/server/engine/execute";
import { planRun } from "@/server/engine/plan";
import type { StoredResult } from "@/server/engine/resolve";
import { decodeUpload } from "@/server/images/upload";
import { PipelineModels } from "@/server/sessions/pipeline-models";
import { SessionPool } from "@/server/sessions/session-pool";
import type { FromRecorder, ProcessSettings, Question, RecorderSettings, RunJob, ToRecorder, ToRunner } from "./messages";

/** Events on their way to the disk; beyond this the run waits, so that a slow disk does not fill the memory. */
const maxUnstored = 64;
/**
 * Waking the recorder thread can cost a good part of a millisecond (on virtual machines, mostly). Frames that come
 * faster than this are handed over together; slower ones, at once.
 */
const handoverMs = 50;

/** How often an idle process looks whether its checkpoint was replaced: what is there already is reused without asking it. */
const lookAgainMs = 2_000;

interface Opened {
  readonly recorder: Worker;
  readonly store: ArtifactStore;
  readonly pool: SessionPool;
  readonly models: PipelineModels;
  /** How nodes compute. */
  readonly nodes: Promise<{ readonly findRun: EngineContext["findRun"] }>;
}

interface CurrentRun {
  readonly job: RunJob;
  readonly controller: AbortController;
  /** It is to stop at the next step that it can go on after. */
  interrupted: boolean;
  /** Events not handed over yet. */
  held: EngineEvent[];
  handedOver: number;
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
      return void run(message.job, message.cancelled);
    case "cancel":
      if (current?.job.runId === message.runId) current.controller.abort();
      return;
    case "interrupt":
      if (current?.job.runId === message.runId) current.interrupted = true;
      return;
    case "found":
      questions.get(message.question)?.(new Map(message.results));
      questions.delete(message.question);
  }
}

/** Questions that the parent has not answered yet. */
const questions = new Map<number, (results: ReadonlyMap<string, StoredResult>) => void>();
let asked = 0;

async function find(runId: string, keys: readonly string[]): Promise<ReadonlyMap<string, StoredResult>> {
  if (keys.length === 0) return new Map();
  const question: Question = { type: "find", runId, question: asked++, keys };
  return new Promise((resolve) => {
    questions.set(question.question, resolve);
    process.send?.(question);
  });
}

function hear(message: FromRecorder): void {
  if (current?.job.runId !== message.runId) return;
  if (message.type === "failed") return current.controller.abort();
  current.unstored -= message.events;
  current.onStored?.();
}

function open({ dataDir, checkpointDir, provider, sessionMemory, keepsFrames = true, runs }: ProcessSettings): void {
  const pool = new SessionPool(provider, {
    ...(sessionMemory !== undefined && { budget: sessionMemory }),
    onLoad: (load) => current && send({ type: "load", runId: current.job.runId, load }),
  });
  const recorder = new Worker(new URL("./recorder-thread-start.mjs", import.meta.url), { workerData: { dataDir, keepsFrames } satisfies RecorderSettings });
  recorder.on("message", hear);
  const nodes: Opened["nodes"] = runs === undefined ? Promise.resolve({ findRun }) : import(runs);
  opened = { recorder, pool, store: new ArtifactStore(dataDir), models: new PipelineModels(checkpointDir, join(dataDir, "graphs"), pool), nodes };
  sayReady(opened);
  setInterval(() => void lookAgainWhenIdle(), lookAgainMs);
}

function sayReady(parts: Opened): void {
  send({ type: "ready", provider: parts.pool.provider, environment: environment(parts) });
}

async function lookAgainWhenIdle(): Promise<void> {
  if (opened && !current && (await opened.models.lookAgain()) && !current) sayReady(opened);
}

/** Null while the checkpoint cannot be opened: the node that needs it says why. */
function environment({ models, pool }: Opened): NumericEnvironment | null {
  try {
    return { checkpoint: models.pipeline.fingerprint, numericMode: pool.numericMode };
  } catch {
    return null;
  }
}

async function run(job: RunJob, cancelled: boolean): Promise<void> {
  if (!opened) throw new Error("The runner process got a job before its settings.");
  const { pool } = opened;
  const mine: CurrentRun = { job, controller: new AbortController(), interrupted: false, held: [], handedOver: 0, unstored: 0, onStored: null };
  current = mine;
  if (cancelled) mine.controller.abort();
  pool.takeTimes();
  const begun = performance.now();
  await opened.models.lookAgain();
  const { finished, partial = {}, forced = [] } = job;
  const context = { ...engineContext(opened, mine, job), ...(await opened.nodes) };
  const status = await execute(planRun(job.graph, job.targets), { finished, partial, forced }, context);
  sayReady(opened);
  send({ type: "settle", runId: job.runId, status, timings: { seconds: (performance.now() - begun) / 1000, ...pool.takeTimes() } });
  current = undefined;
}

function engineContext(parts: Opened, mine: CurrentRun, { runId, last }: RunJob): Omit<EngineContext, "findRun"> {
  const { models, store } = parts;
  const { signal } = mine.controller;
  return {
    environment: () => environment(parts),
    memory: { last: last ?? {}, find: (keys) => find(runId, keys), keepsNew: last !== undefined },
    models: (onLoading) => models.forNode(onLoading, signal),
    async loadImage(hash) {
      const { data, width, height } = await decodeUpload(await store.read({ hash, kind: "png" }));
      return imageValue(data, width, height);
    },
    loadTensors: (hash) => readSavedTensors(store, hash),
    restore: async (output) => restored(output, await store.read(output.tensors)),
    flaw: (outputs) => flawOf(store, outputs),
    isStored: (artifact) => existsSync(store.path(artifact)),
    restoreFrame: async (step, tensors) => ({ step, tensors: decodeSafetensors(await store.read(tensors), `artifact ${tensors.hash}`).tensors }),
    pictureOf: (value) => pictureOf(value, models),
    emit: (event) => emit(event, mine),
    report: (error) => console.error(error),
    signal,
  };
}

async function emit(event: EngineEvent, mine: CurrentRun): Promise<void> {
  mine.held.push(event);
  if (event.type === "frame") {
    // Lets a cancellation in before the next session blocks this thread.
    await nextTurn();
    if (mine.interrupted && goesOnAfter(event, mine.job)) mine.controller.abort();
  }
  if (event.type === "frame" && performance.now() - mine.handedOver < handoverMs) return;
  const events = mine.held;
  mine.held = [];
  send({ type: "events", runId: mine.job.runId, events });
  mine.handedOver = performance.now();
  mine.unstored += events.length;
  if (event.type !== "frame") return;
  while (mine.unstored >= maxUnstored && !mine.controller.signal.aborted) {
    await new Promise<void>((resolve) => {
      mine.onStored = resolve;
      mine.controller.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

function goesOnAfter({ nodeId }: { readonly nodeId: string }, { graph }: RunJob): boolean {
  const node = graph.nodes.find(({ id }) => id === nodeIdOf(nodeId));
  return node !== undefined && findSpec(node.type)?.resumes === true;
}

function restored(output: Output, bytes: Uint8Array): Value {
  const { tensors } = decodeSafetensors(bytes, `artifact ${output.tensors.hash}`);
  return { type: output.type, tensors, facts: output.facts } as unknown as Value;
}

function send(message: ToRecorder): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  opened?.recorder.postMessage(message);
}
