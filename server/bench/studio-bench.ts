/** The whole program as `npm start` runs it: how long until it answers, and how much memory its processes take. */
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPreset } from "@/nodes/presets";
import { apiOf, StudioProcess } from "@/server/faults/studio-process";
import { processTree } from "./process-memory";

export interface StudioMeasures {
  /** From spawning the launcher to the first answered page, seconds: on a new data folder, then on the same one. */
  readonly firstStart: number;
  readonly secondStart: number;
  /** Whether the first start also had to build the site. */
  readonly built: boolean;
  /** Bytes by process, after one run of the default pipeline. Empty where /proc is not there. */
  readonly peaks: readonly { readonly name: string; readonly bytes: number }[];
}

export async function measureStudio(dataDir: string): Promise<StudioMeasures> {
  const first = await start(dataDir);
  await first.studio.stop();
  const second = await start(dataDir);
  try {
    await runDefault(second.studio.address);
    return { firstStart: first.seconds, secondStart: second.seconds, built: first.studio.wrote("Building"), peaks: peaks(second.studio.pid) };
  } finally {
    await second.studio.stop();
  }
}

/** Until the first page is there. */
async function start(dataDir: string): Promise<{ studio: StudioProcess; seconds: number }> {
  const begun = performance.now();
  const studio = await StudioProcess.start(dataDir);
  const page = await fetch(studio.address);
  await page.arrayBuffer();
  if (!page.ok) throw new Error(`${studio.address} answered ${page.status}.`);
  return { studio, seconds: (performance.now() - begun) / 1000 };
}

/** One run through queue, worker and runner. */
async function runDefault(address: string): Promise<void> {
  const api = apiOf(address);
  const [workflow] = await api.workflows.list.query();
  if (!workflow) throw new Error("A new workspace should hold a first workflow.");
  const { id } = await api.runs.start.mutate({ workflowId: workflow.id, graph: findPreset("text-to-image")!.graph });
  for (;;) {
    const { status, message } = await api.runs.get.query({ id });
    if (status === "done") return;
    if (status === "failed" || status === "cancelled") throw new Error(message ?? `The run ended as ${status}.`);
    await sleep(200);
  }
}

const roles = [
  ["launcher.ts", "launcher"],
  ["database.ts", "database"],
  ["web.ts", "site"],
  ["worker.ts", "worker"],
  ["runner-process.ts", "runner"],
] as const;

function peaks(launcher: number): { name: string; bytes: number }[] {
  if (process.platform !== "linux") return [];
  return processTree(launcher).map(({ command, peakBytes }) => ({ name: roles.find(([file]) => command.includes(file))?.[1] ?? basename(command.split(" ")[0]!), bytes: peakBytes }));
}
