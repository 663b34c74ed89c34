/** The process that works through the queue. The graph itself is computed in a child of it, the runner. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeCheckpoint, knownWords, listComponents } from "@/server/checkpoints/checkpoint-components";
import { ArtifactStore } from "@/server/artifacts/store";
import { StoreUpkeep } from "@/server/artifacts/upkeep";
import { openDatabase } from "@/server/database/client";
import { startRunner } from "@/server/runner/runner";
import { deviceName } from "@/server/runs/device-name";
import { DiskReserve } from "@/server/runs/disk-reserve";
import { RunQueue } from "@/server/runs/run-queue";
import { RunWorker } from "@/server/runs/run-worker";
import { heartbeat, heartbeatMs, type WorkerStatus } from "@/server/runs/worker-status";
import { readSettings } from "@/server/settings";
import { report, stopWithLauncher, survivePipes } from "./child-role";

survivePipes();
const settings = readSettings(process.env);
if (settings.databaseUrl === undefined) throw new Error("A worker needs DATABASE_URL.");
const db = openDatabase(settings.databaseUrl, 4);
const queue = await RunQueue.open(settings.databaseUrl);
const runner = startRunner({ dataDir: settings.dataDir, checkpointDir: settings.checkpointDir, provider: settings.provider });
const workerId = identity(join(settings.dataDir, "worker-id"));
const reserve = new DiskReserve(join(settings.dataDir, "reserve"));
reserve.keep();
const worker = new RunWorker({ db, queue, runner, workerId, reserve });
const upkeep = new StoreUpkeep({ store: new ArtifactStore(settings.dataDir), db, limit: settings.storeLimit }, (line) => console.log(line));
const leaving = new AbortController();
const devices = new Map<string, string>();
/** Also in the middle of a run: a long sweep may fill the store by itself. */
const upkeepMs = 5_000;
/** The folder may be completed or mended while the program runs. */
const lookAgainMs = 15_000;
let lookedAt = Number.NEGATIVE_INFINITY;
let found = look();

await beat();
const beating = setInterval(beat, heartbeatMs);
const tidying = setInterval(() => void upkeep.whenDue(), upkeepMs);
const working = worker.work(leaving.signal);
report({ type: "ready", address: "" });

stopWithLauncher(async () => {
  clearInterval(beating);
  clearInterval(tidying);
  upkeep.close();
  leaving.abort();
  await runner.close();
  await working;
  await db.$disconnect();
}, 4_000);

async function beat(): Promise<void> {
  report({ type: "grandchild", pid: runner.status().pid });
  try {
    await heartbeat(db, workerId, await status());
  } catch {
    // The database is away for a moment. The lease outlasts several beats.
  }
}

async function status(): Promise<WorkerStatus> {
  const provider = runner.status().provider?.name ?? settings.provider;
  const device = devices.get(provider) ?? (await deviceName(provider));
  devices.set(provider, device);
  if (!worker.busy && performance.now() - lookedAt > lookAgainMs) found = look();
  return { provider, device, ...found, busy: worker.busy };
}

function look(): Pick<WorkerStatus, "checkpoint" | "components" | "words"> {
  lookedAt = performance.now();
  return { checkpoint: describeCheckpoint(settings.checkpointDir), components: listComponents(settings.checkpointDir), words: knownWords(settings.checkpointDir) };
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
