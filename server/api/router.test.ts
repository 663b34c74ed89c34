import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeSafetensors } from "@/models/checkpoints/safetensors";
import { float32 } from "@/models/tensor";
import type { RunEvent } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { EventTail } from "@/server/runs/event-tail";
import { readSettings } from "@/server/settings";
import { createFirstWorkflow } from "@/server/workflows/first-workflow";
import { createCaller } from "./router";

let database: TestDatabase;
let api: ReturnType<typeof createCaller>;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db, queue, dataDir, url } = database;
  const settings = readSettings({ DATA_DIR: dataDir, DATABASE_URL: url });
  api = createCaller({ db, queue, settings, tail: new EventTail(db), artifacts: new ArtifactStore(dataDir), queueChanged() {} });
}, openingMs);
afterAll(() => database.close());

const oneNode: Workflow = {
  ...emptyWorkflow,
  nodes: [{ id: "words", type: "prompt", version: 1, position: { x: 0, y: 0 }, params: { text: "a red bus" } }],
};

describe("artifacts", () => {
  test("tensors are described by name, dtype and shape; a missing one is refused without its path", async () => {
    const bytes = encodeSafetensors({ latents: float32(new Float32Array(6), [1, 2, 3]) });
    const { hash } = await new ArtifactStore(database.dataDir).put(bytes, "safetensors");
    expect(await api.artifacts.describe({ hash, kind: "safetensors" })).toEqual({
      bytes: bytes.length,
      tensors: [{ name: "latents", dtype: "float32", dims: [1, 2, 3] }],
    });
    await expect(api.artifacts.describe({ hash: "0".repeat(64), kind: "png" })).rejects.toThrow(/^This artifact is gone or damaged\.$/);
  });
});

describe("workflows", () => {
  test("the first start makes one workflow, to be opened once", async () => {
    await Promise.all([createFirstWorkflow(database.db), createFirstWorkflow(database.db)]);
    const [only, ...others] = await api.workflows.list();
    expect(others).toEqual([]);
    const taken = await Promise.all([api.workflows.takeFirst(), api.workflows.takeFirst()]);
    expect(taken.filter((found) => found !== null)).toEqual([{ id: only?.id, name: "Text to image (Bifrost-1)" }]);
    expect(await api.workflows.takeFirst()).toBeNull();
  });

  test("a stale save is refused with what is stored, and every save is kept", async () => {
    const { id } = await api.workflows.create({ name: "Draft" });
    const saved = await api.workflows.save({ id, graph: oneNode, baseVersion: 1 });
    expect(saved).toMatchObject({ version: 2, graph: oneNode });
    await expect(api.workflows.save({ id, graph: emptyWorkflow, baseVersion: 1 })).rejects.toMatchObject({
      code: "CONFLICT",
      cause: { details: { current: { version: 2, graph: oneNode } } },
    });
    expect(await api.workflows.versions({ id })).toMatchObject([{ version: 2 }, { version: 1 }]);
    expect((await api.workflows.version({ id, version: 1 })).graph).toEqual(emptyWorkflow);
  });

  test("an editor learns of what others saved, a new name too", async () => {
    const { id } = await api.workflows.create({ name: "Draft" });
    expect(await api.workflows.newer({ id, than: 1 })).toBeNull();
    await api.workflows.save({ id, graph: oneNode, baseVersion: 1 });
    expect(await api.workflows.newer({ id, than: 1 })).toMatchObject({ version: 2, graph: oneNode, name: "Draft" });
    await api.workflows.rename({ id, name: "Renamed" });
    expect(await api.workflows.newer({ id, than: 2 })).toMatchObject({ version: 3, graph: oneNode, name: "Renamed" });
    expect(await api.workflows.version({ id, version: 3 })).toEqual({ name: "Renamed", graph: oneNode });
    await api.workflows.remove({ id });
    await expect(api.workflows.newer({ id, than: 3 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("of saves at the same moment, one wins", async () => {
    const { id } = await api.workflows.create({});
    const saves = await Promise.allSettled([1, 2, 3, 4].map(() => api.workflows.save({ id, graph: oneNode, baseVersion: 1 })));
    expect(saves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await api.workflows.get({ id })).version).toBe(2);
  });

  test("removing hides, restoring brings back", async () => {
    const { id } = await api.workflows.create({ presetId: "flux-alone" });
    await api.workflows.rename({ id, name: "Renamed" });
    const copy = await api.workflows.duplicate({ id });
    expect(copy).toMatchObject({ name: "Renamed (copy)", version: 1 });
    await api.workflows.remove({ id });
    await expect(api.workflows.get({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await api.workflows.list()).map((workflow) => workflow.id)).not.toContain(id);
    expect((await api.workflows.list({ removed: true })).map((workflow) => workflow.id)).toContain(id);
    expect(await api.workflows.restore({ id })).toMatchObject({ name: "Renamed" });
  });
});

test("presets of one's own come and go; shipped ones stay", async () => {
  const { id } = await api.presets.create({ name: "Mine", description: "", graph: oneNode });
  expect(await api.presets.get({ id })).toMatchObject({ name: "Mine", graph: oneNode });
  expect((await api.presets.list())[0]).toMatchObject({ id, shipped: false, nodeTypes: ["prompt"] });
  await api.presets.remove({ id });
  // With what the message is made of, for who says it in another language.
  await expect(api.presets.get({ id })).rejects.toMatchObject({ code: "NOT_FOUND", message: "There is no such preset.", cause: { details: { said: { message: { text: "There is no such preset." } } } } });
  await expect(api.presets.remove({ id: "text-to-image" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("kept subgraphs are listed by themselves, with the ports of their card", async () => {
  const card = { id: "card", type: "subgraph", version: 1, title: "Words", position: { x: 0, y: 0 }, params: {}, exposed: { inputs: [], outputs: [{ node: "prompt", port: "text" }], params: [] } };
  const graph = { ...oneNode, nodes: [card, ...oneNode.nodes.map((node) => ({ ...node, id: "prompt", inside: "card" }))] };
  const { id } = await api.presets.create({ name: "Words", graph, kind: "subgraph" });
  expect(await api.presets.subgraphs()).toEqual([{ id, name: "Words", description: "", inputs: [], outputs: [{ type: "text", title: "Text" }] }]);
  expect((await api.presets.list()).map((preset) => preset.id)).not.toContain(id);
  expect(await api.presets.get({ id })).toMatchObject({ graph });
  await expect(api.presets.create({ name: "No card", graph: oneNode, kind: "subgraph" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  await api.presets.remove({ id });
  expect(await api.presets.subgraphs()).toEqual([]);
});

describe("runs", () => {
  test("a graph that cannot run is refused with every problem, and nothing is queued", async () => {
    const { id } = await api.workflows.create({ presetId: "text-to-image" });
    const { graph } = await api.workflows.get({ id });
    const cut = { ...graph, edges: graph.edges.slice(0, -1) };
    await expect(api.runs.start({ workflowId: id, graph: cut })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      cause: { details: { problems: [expect.objectContaining({ nodeId: expect.any(String), message: expect.any(String) })] } },
    });
    await expect(api.runs.start({ workflowId: id, graph: emptyWorkflow })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect((await api.runs.list({ workflowId: id })).runs).toEqual([]);
  });

  test("a queued run that is cancelled ends at once, and its events can be followed from any point", async () => {
    const { id: workflowId } = await api.workflows.create({ graph: oneNode });
    const { id } = await api.runs.start({ workflowId, graph: oneNode, targets: ["words"] });
    const followed = follow(id, 0);
    await api.runs.cancel({ id });
    await api.runs.cancel({ id });
    const expected: RunEvent[] = [
      { type: "queued", nodes: ["words"] },
      { type: "node-not-run", nodeId: "words" },
      { type: "ended", status: "cancelled", seconds: 0 },
    ];
    expect(await followed).toEqual(expected);
    expect(await follow(id, 2)).toEqual(expected.slice(2));
    expect(await follow(id, 3)).toEqual([]);
    await expect(follow(id, 3_000_000_000)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await api.runs.get({ id })).toMatchObject({ status: "cancelled", lastEvent: 3, state: { nodes: { words: { status: "not-run" } } } });
    expect(await database.queue.take()).toBeNull();
  });

  test("a run's results are kept when somebody says so, and let go again", async () => {
    const { id: workflowId } = await api.workflows.create({ graph: oneNode });
    const { id } = await api.runs.start({ workflowId, graph: oneNode, targets: ["words"] });
    const pinned = async () => [(await api.runs.get({ id })).pinned, (await api.runs.list({ workflowId })).runs[0]?.pinned];
    expect(await pinned()).toEqual([false, false]);
    await api.runs.pin({ id, pinned: true });
    expect(await pinned()).toEqual([true, true]);
    await api.runs.pin({ id, pinned: false });
    expect(await pinned()).toEqual([false, false]);
    await expect(api.runs.pin({ id: "nowhere", pinned: true })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a probe is started and read as any run, and is in no list", async () => {
    const { id: workflowId } = await api.workflows.create({ graph: oneNode });
    const { id } = await api.runs.start({ workflowId, graph: oneNode, targets: ["words"], purpose: "probe" });
    expect(await api.runs.get({ id })).toMatchObject({ status: "queued", graph: oneNode });
    expect((await api.runs.list({ workflowId })).runs).toEqual([]);
    expect((await api.runs.queue()).waiting.map((run) => run.id)).not.toContain(id);
    await api.runs.cancel({ id });
    await expect(api.runs.start({ workflowId, graph: oneNode, purpose: "other" as never })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("lists come in pages, the newest first", async () => {
    const { id: workflowId } = await api.workflows.create({ graph: oneNode });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await api.runs.start({ workflowId, graph: oneNode, targets: ["words"] })).id);
    const first = await api.runs.list({ workflowId, limit: 3 });
    const second = await api.runs.list({ workflowId, limit: 3, cursor: first.nextCursor });
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });

  async function follow(runId: string, after: number): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    // A caller sees tracked events as they are made: [id, events].
    for await (const tracked of await api.runs.events({ runId, after })) events.push(...(tracked as unknown as [string, RunEvent[]])[1]);
    return events;
  }
});

test("what is stored is told by kind, with the limit", async () => {
  await new ArtifactStore(database.dataDir).put(Buffer.from("some steps"), "safetensors");
  const use = await api.system.storage();
  expect(use.limit).toBe(10e9);
  expect(use.bytes).toBeGreaterThanOrEqual(10);
  expect(use.kinds.map(({ kind }) => kind)).toEqual(["pictures", "results", "steps", "uploads", "unnamed"]);
  expect(use.kinds.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(use.bytes);
});

test("without a worker the status says so", async () => {
  expect(await api.system.status()).toMatchObject({ worker: "absent", checkpoint: { problem: { message: expect.any(String) } } });
});
