import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { decodeSafetensors } from "@/models/checkpoints/safetensors";
import { openPipeline } from "@/models/checkpoints/pipeline";
import { writePipelineGraph } from "@/models/pipeline-graphs";
import { findPreset } from "@/nodes/presets";
import { afterEvent, framesOf, runEventSchema, unstartedRun, type RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { storeUpload } from "@/server/images/upload";
import { readMessage, startRunner, type RunJob, type Runner, type RunnerSettings } from "./runner";

let dataDir: string;
let settings: RunnerSettings;
let log = "";
/** Starting a process takes a second; tests that need no fresh one share this. */
let shared: Runner;
const runners: Runner[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-runner-"));
  settings = { dataDir, checkpointDir: join(dataDir, "no-checkpoint"), provider: "cpu", onLog: (text) => (log += text) };
  shared = start();
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
async function run(runner: Runner, graph: Workflow, { targets, signal, onEvent, finished = {}, partial = {}, timeLimit }: { targets?: string[]; timeLimit?: number; partial?: RunJob["partial"]; finished?: RunJob["finished"]; signal?: AbortSignal; onEvent?: (event: RunEvent) => unknown } = {}) {
  const events: RunEvent[] = [];
  const job = { runId: `run-${jobs++}`, graph, finished, partial, ...(targets && { targets }), ...(timeLimit !== undefined && { timeLimit }) };
  const ending = await runner.run(job, (event) => {
    events.push(runEventSchema.parse(event));
    onEvent?.(event);
  }, signal ?? new AbortController().signal);
  return { ending, events, state: events.reduce(afterEvent, unstartedRun) };
}

/** Load Image → Save Image: needs no checkpoint. */
async function pictureWorkflow(folder = dataDir): Promise<Workflow> {
  const bytes = await sharp({ create: { width: 32, height: 16, channels: 3, background: "#c06030" } }).png().toBuffer();
  const { artifact } = await storeUpload(new ArtifactStore(folder), bytes);
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
  const { ending, state } = await run(shared, await pictureWorkflow());
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
  const { ending, state } = await run(shared, findPreset("flux-alone")!.graph);
  expect(ending).toBe("failed");
  expect(state.nodes.prompt?.status).toBe("done");
  expect(state.nodes.text).toMatchObject({ status: "failed", message: expect.stringContaining("no-checkpoint does not exist") });
  expect(state.nodes.save?.status).toBe("not-run");
  expect(state.message).toContain("no-checkpoint");
});

test("a lost upload is said on its node", async () => {
  const graph = await pictureWorkflow();
  graph.nodes[0]!.params = { image: { hash: "f".repeat(64), name: "gone.png" } };
  const { state } = await run(shared, graph);
  expect(state.nodes.load).toMatchObject({ status: "failed", message: expect.stringContaining("gone") });
});

describe("a store that cannot be written to", () => {
  test("fails the run with a clear message, and the next run works", async () => {
    const broken = await mkdtemp(join(tmpdir(), "bifrost-broken-"));
    const graph = await pictureWorkflow(broken);
    const runner = start({ dataDir: broken });
    // Folders named by hash prefixes cannot be made where files of these names are; the upload's own is there already.
    const blocked = await blockPrefixes(join(broken, "artifacts"));
    const { ending, events, state } = await run(runner, graph);
    expect(ending).toBe("failed");
    expect(state.nodes.load).toMatchObject({ status: "failed", message: expect.stringContaining("could not be written"), remedy: expect.any(String) });
    expect(state.nodes.save?.status).toBe("not-run");
    expect(events.at(-1)).toMatchObject({ type: "ended", status: "failed", message: expect.stringContaining("could not be written") });
    await Promise.all(blocked.map((path) => rm(path)));
    expect((await run(runner, graph)).ending).toBe("done");
    await rm(broken, { recursive: true });
  });
});

/** Puts a file in the place of every folder the store has not made yet. */
async function blockPrefixes(root: string): Promise<string[]> {
  const there = new Set(await readdir(root));
  const paths = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0")).filter((name) => !there.has(name)).map((name) => join(root, name));
  await Promise.all(paths.map((path) => writeFile(path, "")));
  return paths;
}

describe("a runner that dies", () => {
  test("rejects the run and works again for the next one", async () => {
    const runner = shared;
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
  const { ending, state } = await run(shared, await pictureWorkflow(), { signal: AbortSignal.abort() });
  expect(ending).toBe("cancelled");
  expect(state.status).toBe("cancelled");
});

test("a process that does not answer a cancellation is killed, and the run ends as cancelled", async () => {
  const runner = start({ killAfterMs: 100 });
  const stop = new AbortController();
  const stuck = run(runner, await pictureWorkflow(), {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type !== "started") return;
      process.kill(runner.status().pid!, "SIGSTOP");
      stop.abort();
    },
  });
  const { ending, state } = await stuck;
  // What it had written before it was stopped may be all of it; then there was nothing left to cancel.
  expect(["cancelled", "done"]).toContain(ending);
  expect(state.status).toBe(ending);
  expect((await run(runner, await pictureWorkflow())).ending).toBe("done");
});

test("a run beyond the memory limit fails, and the next one starts afresh", async () => {
  const runner = start({ memoryLimit: 10e6 });
  const before = runner.status().pid;
  for (const _ of [1, 2]) {
    const { ending, state } = await run(runner, await pictureWorkflow());
    expect(ending).toBe("failed");
    expect(state.message).toMatch(/needed \d+ MB of memory, more than the limit of 10 MB\. .*RUN_MEMORY_LIMIT/);
  }
  expect(runner.status().pid).not.toBe(before);
  const healthy = start({ memoryLimit: 100e9 });
  expect((await run(healthy, await pictureWorkflow())).ending).toBe("done");
  expect(healthy.status().rss).toBeGreaterThan(10e6);
});

const mini = fileURLToPath(new URL("../../models/mini", import.meta.url));

describe("with the shipped checkpoint", () => {
  let whole: Awaited<ReturnType<typeof run>>;
  let runner: Runner;
  const graph = withParams(findPreset("text-to-image")!.graph, { sampler: { steps: 6 } });
  const pictureOf = ({ state }: Pick<typeof whole, "state">) => (state.nodes.save?.status === "done" ? state.nodes.save.outputs.image?.tensors.hash : undefined);
  const framesIn = ({ state }: Pick<typeof whole, "state">, id: string) => framesOf(state.nodes[id]);

  beforeAll(async () => {
    runner = start({ checkpointDir: mini });
    whole = await run(runner, graph);
  });

  test("from prompt to picture, every step stored with a preview", async () => {
    expect(whole.state.message).toBeNull();
    expect(whole.ending).toBe("done");
    expect(framesIn(whole, "unmasker").map(({ step, total }) => [step, total])).toEqual(Array.from({ length: 4 }, (_, i) => [i + 1, 4]));
    const store = new ArtifactStore(dataDir);
    for (const frame of [...framesIn(whole, "unmasker"), ...framesIn(whole, "sampler")]) {
      expect(frame.tensors && (await store.has(frame.tensors))).toBe(true);
      expect(frame.preview && (await store.has(frame.preview))).toBe(true);
    }
    const { tensors } = decodeSafetensors(await store.read(framesIn(whole, "sampler")[0]!.tensors!), "frame");
    expect(Object.keys(tensors).sort()).toEqual(["denoised", "latents", "residual_norms"]);
    expect(tensors.latents?.dims).toEqual([1, 16, 16, 16]);
  });

  test("the same seed gives the same bytes, another seed others", async () => {
    expect(pictureOf(await run(runner, graph))).toBe(pictureOf(whole));
    expect(pictureOf(await run(runner, withParams(graph, { sampler: { seed: 43 } })))).not.toBe(pictureOf(whole));
  });

  test.each(["unmasker", "sampler"])("a run killed inside the %s goes on after its last step and gives the same bytes", async (id) => {
    // Long enough to be killed in the middle of, however late this process hears of the first step.
    const longer = withParams(graph, { unmasker: { iterations: 64 }, sampler: { steps: 120 } });
    const undisturbed = await run(runner, longer);
    const before: RunEvent[] = [];
    const killed = run(runner, longer, {
      onEvent: (event) => {
        before.push(event);
        if (event.type === "frame" && event.nodeId === id) process.kill(runner.status().pid!, "SIGKILL");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    const state = [...before, { type: "resumed" } as const].reduce(afterEvent, unstartedRun);
    const finished = Object.fromEntries(Object.entries(state.nodes).flatMap(([node, found]) => (found.status === "done" ? [[node, { key: found.key, outputs: found.outputs }]] : [])));
    const partial = Object.fromEntries(Object.entries(state.nodes).flatMap(([node, found]) => (found.status === "waiting" && found.partial ? [[node, found.partial]] : [])));
    expect(Object.keys(partial)).toEqual([id]);
    const steps = partial[id]!.frames.length;
    expect(steps).toBeGreaterThan(0);
    const resumed = await run(runner, longer, { finished, partial });
    expect(resumed.events[0]).toEqual({ type: "resumed" });
    expect(resumed.events.find((event) => event.type === "node-started" && event.nodeId === id)).toMatchObject({ after: steps });
    expect(resumed.events.flatMap((event) => (event.type === "frame" && event.nodeId === id ? [event.frame.step] : []))[0]).toBe(steps + 1);
    expect(pictureOf(resumed)).toBe(pictureOf(undisturbed));
  });

  test("a store folder that is removed while a run goes on is made again, and the run ends with the same picture", async () => {
    const own = await mkdtemp(join(dataDir, "own-"));
    const alone = start({ checkpointDir: mini, dataDir: own });
    // On a busy machine a run is some way ahead of what is heard of it: this one is still far from its picture.
    const long = withParams(graph, { sampler: { steps: 100 } });
    const undisturbed = await run(runner, long);
    let removed = false;
    const { ending, ...rest } = await run(alone, long, {
      onEvent: (event) => {
        if (event.type !== "frame" || event.nodeId !== "unmasker" || removed) return;
        removed = true;
        // In one go, as a person who deletes it in a file manager does.
        renameSync(join(own, "artifacts"), join(own, "removed"));
      },
    });
    expect([ending, removed]).toEqual(["done", true]);
    expect(pictureOf(rest)).toBe(pictureOf(undisturbed));
    const { save } = rest.state.nodes;
    const picture = save?.status === "done" ? save.outputs.image?.picture : null;
    expect(picture && (await new ArtifactStore(own).has(picture))).toBe(true);
    // What went with the folder is said to be gone.
    await expect(new ArtifactStore(own).read(framesIn(rest, "unmasker")[0]!.tensors!)).rejects.toMatchObject({ reason: "gone" });
  });

  test("a cancelled run stops between two steps", async () => {
    const stop = new AbortController();
    const cancelled = await run(runner, withParams(graph, { sampler: { steps: 200 } }), {
      signal: stop.signal,
      onEvent: (event) => event.type === "frame" && event.nodeId === "sampler" && stop.abort(),
    });
    expect(cancelled.ending).toBe("cancelled");
    expect(cancelled.state.nodes.sampler?.status).toBe("not-run");
    expect(cancelled.events.filter((event) => event.type === "frame" && event.nodeId === "sampler").length).toBeLessThan(200);
    expect((await run(runner, graph)).ending).toBe("done");
  });

  test("with no memory for models each is loaded anew, and the bytes are the same", async () => {
    const poor = start({ checkpointDir: mini, sessionMemory: 1 });
    await run(poor, graph);
    const again = await run(poor, graph);
    expect(pictureOf(again)).toBe(pictureOf(whole));
    const loads = ({ events }: typeof whole) => events.flatMap((event) => (event.type === "loading" ? [event.model] : []));
    expect(loads(again)).toContain("FLUX transformer with ControlNet");
    expect(loads(await run(runner, graph))).toEqual([]);
    expect(again.state.nodes.sampler).toMatchObject({ notices: [expect.objectContaining({ message: expect.stringContaining("SESSION_MEMORY") })] });
  });

  test("a run beyond its time limit fails and says how far it got, and the process stays warm", async () => {
    const { pid } = runner.status();
    const { ending, state } = await run(runner, withParams(graph, { sampler: { steps: 200 } }), { targets: ["sampler"], timeLimit: 0.3 });
    expect(ending).toBe("failed");
    expect(state.message).toMatch(/^The run took longer than its limit of 0.3 s/);
    expect((await run(runner, graph)).ending).toBe("done");
    expect(runner.status().pid).toBe(pid);
  });

  describe("a model that takes long to load", () => {
    let copy: string;
    let slow: Runner;
    let pipe: string;

    beforeAll(async () => {
      copy = join(dataDir, "slow-checkpoint");
      await cp(mini, copy, { recursive: true, filter: (path) => !path.endsWith(".onnx") });
      // Opening a pipe blocks until somebody writes to it: ONNX Runtime loads for ever.
      pipe = (await writePipelineGraph(openPipeline(copy), "vae-decoder", { graphDir: join(dataDir, "graphs") })).path;
      await rm(pipe);
      execFileSync("mkfifo", [pipe]);
      slow = start({ checkpointDir: copy, killAfterMs: 3_600_000 });
    });

    test("says how long it has been at it, and a cancellation does not wait for it", async () => {
      const stop = new AbortController();
      const { pid } = slow.status();
      const { ending, events, state } = await run(slow, graph, {
        signal: stop.signal,
        onEvent: (event) => event.type === "loading" && event.model.startsWith("autoencoder") && event.seconds !== undefined && stop.abort(),
      });
      expect(ending).toBe("cancelled");
      expect(state.nodes.sampler?.status).toBe("done");
      const last = events.findLast((event) => event.type === "loading");
      expect(last).toMatchObject({ model: "autoencoder's decoder", bytes: expect.any(Number), seconds: expect.any(Number) });
      expect(last?.progress).toBeLessThan(1);
      await rm(pipe);
      expect(pictureOf(await run(slow, graph))).toBe(pictureOf(whole));
      expect(slow.status().pid).not.toBe(pid);
    });
  });

  test("kept patches come out of the unmasker bit for bit", async () => {
    const store = new ArtifactStore(dataDir);
    const upload = (await pictureWorkflow()).nodes[0]!.params.image;
    const keeping = withParams(findPreset("keep-half")!.graph, { picture: { image: upload }, unmasker: { iterations: 3 } });
    const { state } = await run(runner, keeping, { targets: ["unmasker"] });
    const patches = async (id: string) => {
      const node = state.nodes[id];
      if (node?.status !== "done") throw new Error(`${id} is ${node?.status}: ${JSON.stringify(node)}`);
      const { tensors } = decodeSafetensors(await store.read(node.outputs.patches!.tensors), id);
      return tensors.patch_latents!;
    };
    const [given, made] = [await patches("encoder"), await patches("unmasker")];
    const [, count, size] = given.dims as [number, number, number];
    const row = (tensor: typeof given, patch: number) => (tensor.data as Float32Array).subarray(patch * size, (patch + 1) * size).join();
    const equal = Array.from({ length: count }, (_, patch) => row(given, patch) === row(made, patch)).filter(Boolean);
    expect(equal).toHaveLength(count / 2);
  });

  test("a control grid of another size fails the sampler and says which fits", async () => {
    const { state } = await run(runner, withParams(graph, { sampler: { width: 256 } }));
    expect(state.nodes.sampler).toMatchObject({ status: "failed", message: expect.stringContaining("8 × 16 tokens"), remedy: expect.stringContaining("Set width to 128") });
  });

  test("a corrupt weights file is named with its component and a remedy", async () => {
    const copy = join(dataDir, "corrupt-checkpoint");
    await cp(mini, copy, { recursive: true, filter: (path) => !path.endsWith(".onnx") });
    const folder = join(copy, "flux/text_encoder_2");
    const file = join(folder, (await readdir(folder)).find((name) => name.endsWith(".safetensors"))!);
    await truncate(file, 5000);
    const { state } = await run(start({ checkpointDir: copy }), graph);
    expect(state.nodes.text).toMatchObject({ status: "failed", message: expect.stringContaining(file) });
    await rm(file);
    const missing = await run(start({ checkpointDir: copy }), graph);
    expect(missing.state.nodes.text).toMatchObject({ status: "failed", message: expect.stringMatching(/t5.*Download/s) });
  });

  test("a checkpoint that is replaced is another one for the next run, and for who asks while the process is idle", async () => {
    const copy = join(dataDir, "replaced-checkpoint");
    await cp(mini, copy, { recursive: true, filter: (path) => !path.endsWith(".onnx") });
    const file = join(copy, "flux/vae/diffusion_pytorch_model.safetensors");
    const weights = await readFile(file);
    const replacing = start({ checkpointDir: copy });
    const nameOf = () => replacing.status().environment?.checkpoint;
    const keyOf = ({ events }: Pick<typeof whole, "events">) => events.flatMap((event) => (event.type === "node-started" && event.nodeId === "text" ? [event.key] : []))[0];
    const first = await run(replacing, graph, { targets: ["text"] });
    const name = nameOf();
    weights[weights.length - 1]! ^= 1;
    await writeFile(file, weights);
    const second = await run(replacing, graph, { targets: ["text"] });
    const other = nameOf();
    expect(new Set([name, other, undefined]).size).toBe(3);
    expect(new Set([keyOf(first), keyOf(second), undefined]).size).toBe(3);
    weights[weights.length - 1]! ^= 1;
    await writeFile(file, weights);
    await vi.waitFor(() => expect(nameOf()).toBe(name), 20_000);
  });
});

function withParams(graph: Workflow, params: Record<string, object>): Workflow {
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, params: { ...node.params, ...params[node.id] } })) };
}

test("nothing above was worth a line in the log", () => {
  expect(log).toBe("");
});

test("a message that a killed process left half-written is dropped", () => {
  expect(readMessage('{"type":"settled","tim')).toBeNull();
});
