/** A whole studio: the real launcher on a fresh data directory and a free port. Spec files with the same settings share one. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "@playwright/test";
import { EditorPage } from "./editor-page";

const startTimeoutMs = 120_000;

export interface Studio {
  readonly url: string;
  readonly dataDir: string;
  /** Stops every process of the studio, as Ctrl+C would. */
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the launcher, on a free port unless one is named, and waits for its ready line. Throws with its output when it ends or stays silent. */
export async function startStudio(dataDir: string, namedPort?: number, settings: Readonly<Record<string, string>> = {}): Promise<Studio> {
  const port = namedPort ?? (await freePort());
  const child = spawn(process.execPath, ["--import", "tsx", "server/launcher.ts", "--no-open"], {
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, PORT: String(port), HOST: "127.0.0.1", DATA_DIR: dataDir, TZ: "Pacific/Chatham", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await readyLine(child);
  return {
    url,
    dataDir,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`The studio did not start: ${why}\n${output}`));
    const timer = setTimeout(() => {
      child.kill("SIGTERM");
      fail("no ready line in time");
    }, startTimeoutMs);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const ready = /ready at (http:\/\/\S+)/.exec(output);
      if (!ready?.[1]) return;
      clearTimeout(timer);
      resolve(ready[1]);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`it ended with ${code}`);
    });
  });
}

export const test = base.extend<{ editor: EditorPage }, { studio: Studio; settings: Readonly<Record<string, string>> }>({
  /** Environment variables of the studio. */
  settings: [{}, { option: true, scope: "worker" }],
  studio: [
    async ({ settings }, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), "bifrost-e2e-"));
      const studio = await startStudio(dataDir, undefined, settings);
      // The very first visit opens a workflow by itself (first-start.spec.ts); the rest begins on the start page.
      await fetch(`${studio.url}/api/trpc/workflows.takeFirst`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
      await use(studio);
      await studio.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: startTimeoutMs + 10_000 },
  ],
  baseURL: async ({ studio }, use) => use(studio.url),
  editor: async ({ page }, use) => use(new EditorPage(page)),
});

export { expect } from "@playwright/test";
