/** The process that works through the queue. Graphs are computed in children of it, the runners, one for each run at a time. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { estimateMemory } from "@/server/checkpoints/memory-estimate";
import { describeCheckpoint, knownWords, listComponents } from "@/server/checkpoints/checkpoint-components";
import { StoreUpkeep } from "@/server/artifacts/upkeep";
import { openDatabase } from "@/server/database/client";
import { ArtifactStore } from "@/server/artifacts/store";
import { startRunner } from "@/server/runner/runner";
import { type Device, findDevice } from "@/server/runs/device-name";
import { DiskReserve } from "@/server/runs/disk-reserve";
import { RunQueue } from "@/server/runs/run-queue";
import { RunWorker } from "@/server/runs/run-worker";
import { heartbeat, heartbeatMs, type WorkerStatus } from "@/server/runs/worker-status";
import { readSettings } from "@/server/settings";
import { report, stopWithLauncher, survivePipes } from "./child-role";
import { nudge, onNudge } from "./nudges";

survivePipes();
const settings = readSettings(process.env);
if (settings.databaseUrl === undefined) throw new Error("A worker needs DATABASE_URL.");
const db = openDatabase(settings.databaseUrl, 3 + settings.workerConcurrency);
const queue = await RunQueue.open(settings.databaseUrl);
const workerId = identity(join(settings.dataDir, "worker-id"));
const reserve = new DiskReserve(join(settings.dataDir, "reserve"));
reserve.keep();
const store = new ArtifactStore(settings.dataDir);
const placeIds = Array.from({ length: settings.workerConcurrency }, (_, index) => (index === 0 ? workerId : `${workerId}-${index + 1}`));
const places = placeIds.map((id) => {
  const runner = startRunner({ dataDir: settings.dataDir, checkpointDir: settings.checkpointDir, provider: settings.provider, sessionMemory: settings.sessionMemory, memoryLimit: settings.runMemoryLimit, keepsFrames: settings.runFramesLimit > 0 });
  return { id, runner, worker: new RunWorker({ db, queue, store, runner, workerId: id, siblings: placeIds.filter((other) => other !== id), reserve, framesLimit: settings.runFramesLimit, onWritten: () => nudge("events") }) };
});
type WorkPlace = (typeof places)[number];
const upkeep = new StoreUpkeep({ store, db, limit: settings.storeLimit }, (line) => console.log(line));
const leaving = new AbortController();
const devices = new Map<string, Device>();
/** Also in the middle of a run: a long sweep may fill the store by itself. */
const upkeepMs = 5_000;
/** The folder may be completed or mended while the program runs. */
const lookAgainMs = 15_000;
let lookedAt = Number.NEGATIVE_INFINITY;
let found = look();

await beat();
const beating = setInterval(beat, heartbeatMs);
const tidying = setInterval(() => void upkeep.whenDue(), upkeepMs);
onNudge("queue", () => places.forEach(({ worker }) => worker.lookNow()));
const working = Promise.all(places.map(({ worker }) => worker.work(leaving.signal)));
report({ type: "ready", address: "" });

stopWithLauncher(async () => {
  clearInterval(beating);
  clearInterval(tidying);
  upkeep.close();
  leaving.abort();
  await Promise.all(places.map(({ runner }) => runner.close()));
  await working;
  await db.$disconnect();
}, 4_000);

async function beat(): Promise<void> {
  report({ type: "grandchildren", pids: places.flatMap(({ runner }) => runner.status().pid ?? []) });
  try {
    for (const place of places) await heartbeat(db, place.id, await status(place));
  } catch {
    // The database is away for a moment. The lease outlasts several beats.
  }
}

async function status({ runner, worker }: WorkPlace): Promise<WorkerStatus> {
  const { environment } = runner.status();
  const provider = runner.status().provider?.name ?? settings.provider;
  const device = devices.get(provider) ?? (await findDevice(provider));
  devices.set(provider, device);
  if (!places.some((place) => place.worker.busy) && performance.now() - lookedAt > lookAgainMs) found = look();
  return { provider, device: device.name, cores: device.cores, ...found, environment, busy: worker.busy };
}

function look(): Pick<WorkerStatus, "checkpoint" | "components" | "words" | "memory"> {
  lookedAt = performance.now();
  return { checkpoint: describeCheckpoint(settings.checkpointDir), components: listComponents(settings.checkpointDir), words: knownWords(settings.checkpointDir), memory: estimateMemory(settings) };
}

/** The same in every life of the worker on this data folder: what it held before it died is its own to resume. */
function identity(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    const id = randomUUID();
    writeFileSync(path, id);
    return id;
  }
}
