/** The whole program as `npm start` runs it: how long until it answers, and how much memory its processes take. */
import { spawn, type ChildProcess } from "node:child_process";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createTRPCClient, httpLink } from "@trpc/client";
import { findPreset } from "@/nodes/presets";
import type { AppRouter } from "@/server/api/router";
import { root } from "@/server/processes/root";
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

export interface Started {
  readonly launcher: ChildProcess;
  readonly address: string;
  readonly seconds: number;
  readonly built: boolean;
}

export async function measureStudio(dataDir: string): Promise<StudioMeasures> {
  const first = await startStudio(dataDir);
  await stopStudio(first.launcher);
  const second = await startStudio(dataDir);
  try {
    await runDefault(second.address);
    return { firstStart: first.seconds, secondStart: second.seconds, built: first.built, peaks: peaks(second.launcher.pid!) };
  } finally {
    await stopStudio(second.launcher);
  }
}

/** Throws with what the launcher said when it ends before the site answers. */
export async function startStudio(dataDir: string): Promise<Started> {
  const begun = performance.now();
  const launcher = spawn(process.execPath, ["--import", "tsx", join(root, "server/launcher.ts"), "--no-open"], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: "", PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  createInterface({ input: launcher.stderr }).on("line", (line) => said.push(line));
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: launcher.stdout }).on("line", (line) => {
      said.push(line);
      const found = /ready at (http\S+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
    launcher.once("exit", () => reject(new Error(`The program did not start: ${said.join(" ")}`)));
  });
  const page = await fetch(address);
  await page.arrayBuffer();
  if (!page.ok) throw new Error(`${address} answered ${page.status}.`);
  return { launcher, address, seconds: (performance.now() - begun) / 1000, built: said.some((line) => line.startsWith("Building")) };
}

export async function stopStudio(launcher: ChildProcess): Promise<void> {
  if (launcher.exitCode !== null) return;
  const gone = new Promise((resolve) => launcher.once("exit", resolve));
  launcher.kill("SIGTERM");
  await gone;
}

/** One run through queue, worker and runner. */
async function runDefault(address: string): Promise<void> {
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${address}/api/trpc` })] });
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
