import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPreset } from "@/nodes/presets";
import { afterEvent, runEventSchema, unstartedRun, type RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { storeUpload } from "@/server/images/upload";
import { startRunner, type Runner, type RunnerSettings } from "./runner";

let dataDir: string;
let settings: RunnerSettings;
let log = "";
const runners: Runner[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-runner-"));
  settings = { dataDir, checkpointDir: join(dataDir, "no-checkpoint"), provider: "cpu", onLog: (text) => (log += text) };
});
afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.close()));
  await rm(dataDir, { recursive: true });
});

function start(change: Partial<RunnerSettings> = {}): Runner {
  const runner = startRunner({ ...settings, ...change });
  runners.push(runner);
  return runner;
}

let jobs = 0;
async function run(runner: Runner, graph: Workflow, { targets, signal, onEvent }: { targets?: string[]; signal?: AbortSignal; onEvent?: (event: RunEvent) => void } = {}) {
  const events: RunEvent[] = [];
  const job = { runId: `run-${jobs++}`, graph, finished: {}, ...(targets && { targets }) };
  const ending = await runner.run(job, (event) => {
    events.push(runEventSchema.parse(event));
    onEvent?.(event);
  }, signal ?? new AbortController().signal);
  return { ending, events, state: events.reduce(afterEvent, unstartedRun) };
}

/** Load Image → Save Image: needs no checkpoint. */
async function pictureWorkflow(): Promise<Workflow> {
  const bytes = await sharp({ create: { width: 32, height: 16, channels: 3, background: "#c06030" } }).png().toBuffer();
  const { artifact } = await storeUpload(new ArtifactStore(dataDir), bytes);
  return {
    ...emptyWorkflow,
    nodes: [
      { id: "load", type: "load-image", version: 1, position: { x: 0, y: 0 }, params: { image: { hash: artifact.hash, name: "a.png" } } },
      { id: "save", type: "save-image", version: 1, position: { x: 300, y: 0 }, params: {} },
    ],
    edges: [{ source: "load", sourcePort: "image", target: "save", targetPort: "image" }],
  };
}

test("a run's results are stored before its events are heard", async () => {
  const { ending, state } = await run(start(), await pictureWorkflow());
  expect(ending).toBe("done");
  const save = state.nodes.save;
  if (save?.status !== "done") throw new Error(`save is ${save?.status}`);
  const { image } = save.outputs;
  expect(image).toMatchObject({ type: "image", facts: { width: 32, height: 16 }, shapes: { image: { dtype: "uint8", dims: [16, 32, 3] } } });
  const store = new ArtifactStore(dataDir);
  await store.read(image!.tensors);
  expect(await sharp(await store.read(image!.picture!)).metadata()).toMatchObject({ width: 32, height: 16 });
});

test("a missing checkpoint fails the nodes that need it, in words", async () => {
  const { ending, state } = await run(start(), findPreset("flux-alone")!.graph);
  expect(ending).toBe("failed");
  expect(state.nodes.prompt?.status).toBe("done");
  expect(state.nodes.text).toMatchObject({ status: "failed", message: expect.stringContaining("no-checkpoint does not exist") });
  expect(state.nodes.save?.status).toBe("not-run");
  expect(state.message).toContain("no-checkpoint");
});

test("a lost upload is said on its node", async () => {
  const graph = await pictureWorkflow();
  graph.nodes[0]!.params = { image: { hash: "f".repeat(64), name: "gone.png" } };
  const { state } = await run(start(), graph);
  expect(state.nodes.load).toMatchObject({ status: "failed", message: expect.stringContaining("gone") });
});

describe("a full disk", () => {
  test("fails the run with a clear message, leaves nothing half-written, and the next run works", async () => {
    const full = await mkdtemp(join(tmpdir(), "bifrost-full-"));
    let isFull = true;
    const store = new ArtifactStore(full, async (path, bytes) => {
      await writeFile(path, bytes);
      if (isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    });
    const runner = start({ store });
    const graph = await pictureWorkflow();
    const { ending, events, state } = await run(runner, graph);
    expect(ending).toBe("failed");
    expect(state.nodes.load).toMatchObject({ status: "failed", message: expect.stringContaining("disk is full"), remedy: expect.any(String) });
    expect(state.nodes.save?.status).toBe("not-run");
    expect(events.at(-1)).toMatchObject({ type: "ended", status: "failed", message: expect.stringContaining("disk is full") });
    const files = (await readdir(full, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files).toEqual([]);
    isFull = false;
    expect((await run(runner, graph)).ending).toBe("done");
    await rm(full, { recursive: true });
  });
});

describe("a runner that dies", () => {
  test("rejects the run and works again for the next one", async () => {
    const runner = start();
    const graph = await pictureWorkflow();
    const killed = run(runner, graph, { onEvent: () => process.kill(runner.status().pid!, "SIGKILL") });
    await expect(killed).rejects.toThrow("killed");
    expect(runner.status()).toMatchObject({ pid: null, busy: false });
    expect((await run(runner, graph)).ending).toBe("done");
  });

  test("before a job came: the next job starts it again", async () => {
    const runner = start();
    process.kill(runner.status().pid!, "SIGKILL");
    while (runner.status().pid !== null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await run(runner, await pictureWorkflow())).ending).toBe("done");
  });

  test("one job at a time; a closed runner takes none", async () => {
    const runner = start();
    const graph = await pictureWorkflow();
    const first = run(runner, graph);
    await expect(run(runner, graph)).rejects.toThrow("busy");
    expect((await first).ending).toBe("done");
    await runner.close();
    await expect(run(runner, graph)).rejects.toThrow("closed");
  });
});

test("a run cancelled before it starts ends as cancelled", async () => {
  const { ending, state } = await run(start(), await pictureWorkflow(), { signal: AbortSignal.abort() });
  expect(ending).toBe("cancelled");
  expect(state.status).toBe("cancelled");
});

test("nothing above was worth a line in the log", () => {
  expect(log).toBe("");
});
