/** What a web process holds for as long as it lives, made on the first request. */
import { ArtifactStore } from "@/server/artifacts/store";
import { type Database, openDatabase } from "@/server/database/client";
import { nudge, onNudge } from "@/server/processes/nudges";
import { EventTail } from "@/server/runs/event-tail";
import { RunQueue } from "@/server/runs/run-queue";
import { readSettings, type Settings } from "@/server/settings";
import { createFirstWorkflow } from "@/server/workflows/first-workflow";

export interface Services {
  settings: Settings;
  db: Database;
  queue: RunQueue;
  tail: EventTail;
  artifacts: ArtifactStore;
  /** Says that a run was added to the queue, or is wanted to stop or to go on: its worker need not find out by asking. */
  queueChanged(): void;
}

/** Queries wait for each other in an embedded database, so more connections would only add memory. */
const webConnections = 6;

export async function openServices(settings: Settings): Promise<Services> {
  if (settings.databaseUrl === undefined) throw new Error("The web process needs DATABASE_URL; start the program with npm start or npm run dev.");
  const db = openDatabase(settings.databaseUrl, webConnections);
  await createFirstWorkflow(db);
  const tail = new EventTail(db);
  onNudge("events", () => tail.lookNow());
  return { settings, db, queue: await RunQueue.open(settings.databaseUrl), tail, artifacts: new ArtifactStore(settings.dataDir), queueChanged: () => nudge("queue") };
}

// Next evaluates this file once per bundle and again after edits; the process has one database pool all the same.
const shared = globalThis as typeof globalThis & { bifrostServices?: Promise<Services> | undefined };

export function services(): Promise<Services> {
  shared.bifrostServices ??= openServices(readSettings(process.env)).catch((error: unknown) => {
    shared.bifrostServices = undefined;
    throw error;
  });
  return shared.bifrostServices;
}
