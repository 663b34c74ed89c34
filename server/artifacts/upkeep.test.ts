import { createHash } from "node:crypto";
import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Artifact, Output, StoredFrame } from "@/nodes/run-events";
import { emptyWorkflow } from "@/nodes/workflow";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { createWorkflow } from "@/server/workflows/workflow-store";
import { ArtifactStore } from "./store";
import { keepStoreBelowLimit, StoreUpkeep } from "./upkeep";
import { measureUse } from "./usage";
import { inspectStore, repairStore } from "./verification";

let database: TestDatabase;
let store: ArtifactStore;
beforeAll(async () => {
  database = await openTestDatabase();
  store = new ArtifactStore(database.dataDir);
}, openingMs);
afterAll(() => database.close());
beforeEach(async () => {
  const { db } = database;
  await rm(store.root, { recursive: true, force: true });
  await db.result.deleteMany();
  await db.runEvent.deleteMany();
  await db.run.deleteMany();
  await db.workflowVersion.deleteMany();
  await db.workflow.deleteMany();
});

const day = 86_400_000;

/** 100 bytes, last used so many days ago. */
async function kept(content: string, kind: Artifact["kind"], days: number): Promise<Artifact> {
  const artifact = await store.put(Buffer.from(content.padEnd(100)), kind);
  const used = new Date(Date.now() - days * day);
  await utimes(store.path(artifact), used, used);
  return artifact;
}

/** A result with a tensor, a picture, and one step with a preview. */
async function result(name: string, days: number, type = "flux-sampler"): Promise<{ key: string; files: { tensors: Artifact; picture: Artifact; step: Artifact; preview: Artifact } }> {
  const files = {
    step: await kept(`${name} step`, "safetensors", days),
    preview: await kept(`${name} preview`, "png", days),
    tensors: await kept(`${name} tensors`, "safetensors", days),
    picture: await kept(`${name} picture`, "png", days),
  };
  const key = createHash("sha256").update(name).digest("hex");
  const outputs: Record<string, Output> = { latents: { type: "latents", tensors: files.tensors, shapes: {}, facts: {}, picture: files.picture } };
  const frames: StoredFrame[] = [{ step: 1, total: 1, numbers: {}, tensors: files.step, preview: files.preview }];
  await database.db.result.create({ data: { key, type, recipe: {}, outputs, frames, notices: [], seconds: 1 } });
  return { key, files };
}

const damage = (artifact: Artifact) => writeFile(store.path(artifact), "x".repeat(100));
const present = (...artifacts: Artifact[]) => Promise.all(artifacts.map((artifact) => store.has(artifact)));
const results = async () => (await database.db.result.findMany({ select: { key: true } })).map(({ key }) => key);

describe("making room", () => {
  test("the oldest results go and are remembered as evicted; kept runs keep theirs", async () => {
    const { db } = database;
    const [old, pinned, fresh] = [await result("old", 9), await result("pinned", 8), await result("fresh", 1)];
    const workflow = await createWorkflow(db, { name: "Test", graph: emptyWorkflow });
    const outputs = { latents: { type: "latents", tensors: pinned.files.tensors, shapes: {}, facts: {}, picture: pinned.files.picture } };
    await db.run.create({ data: { workflowId: workflow.id, graph: emptyWorkflow, status: "done", pinned: true, events: { create: { seq: 1, data: { type: "node-done", nodeId: "a", seconds: 1, outputs } } } } });
    // 1,200 bytes; 600 may stay: the old result and the pinned run's steps, which its event does not name, go.
    expect(await keepStoreBelowLimit({ store, db, limit: 1_000 }, { limit: 1_000, target: 600 })).toMatchObject({ before: 1_200, after: 600, files: 6 });
    expect(await present(...Object.values(old.files))).toEqual([false, false, false, false]);
    expect(await present(pinned.files.tensors, pinned.files.picture, pinned.files.step)).toEqual([true, true, false]);
    expect(await present(...Object.values(fresh.files))).toEqual([true, true, true, true]);
    // The rows stay: what is computed from them can still be named. That their files are gone is no fault.
    expect((await results()).toSorted()).toEqual([old.key, pinned.key, fresh.key].toSorted());
    expect(await inspectStore(store, db)).toMatchObject({ problems: [], evicted: 2, files: 6 });
  });

  test("the worker's upkeep says once that everything is pinned, and nothing when its database is away", async () => {
    const { db } = database;
    await kept("fresh", "png", 0);
    const said: string[] = [];
    const upkeep = new StoreUpkeep({ store, db, limit: 50 }, (line) => said.push(line));
    await upkeep.whenDue();
    await upkeep.whenDue();
    expect(said).toEqual([expect.stringContaining("more than its limit")]);
    const away = new StoreUpkeep({ store, db: { $queryRaw: () => Promise.reject(new Error("Connection terminated")) } as unknown as typeof db, limit: 50 }, (line) => said.push(line));
    await away.whenDue();
    expect(said).toHaveLength(1);
    await rm(store.root, { recursive: true });
    await new StoreUpkeep({ store, db, limit: 50 }, (line) => said.push(line)).whenDue();
    expect(said).toHaveLength(1);
  });
});

test("use is told by kind: what a result names as output, as step, or nobody names", async () => {
  const { db, dataDir } = database;
  const { files } = await result("one", 1);
  await kept("of a cancelled run", "safetensors", 1);
  const upload = await kept("a cat", "png", 1);
  // An upload that a node passed on is an upload still.
  await db.result.create({ data: { key: "k", type: "load-image", recipe: {}, frames: [], notices: [], seconds: 1, outputs: { image: { type: "image", tensors: files.step, shapes: {}, facts: {}, picture: upload } } } });
  const graph = { ...emptyWorkflow, nodes: [{ id: "load", type: "load-image", version: 1, position: { x: 0, y: 0 }, params: { image: { hash: upload.hash, name: "cat.png" } } }] };
  await createWorkflow(db, { name: "Cat", graph });
  await writeFile(join(dataDir, "part.onnx"), "graph");
  await writeFile(join(dataDir, "weights.safetensors"), "weights");
  expect(await measureUse(store, db, 1_000, [dataDir, dataDir, join(dataDir, "nowhere")])).toEqual({
    limit: 1_000,
    bytes: 600,
    pinnedBytes: 100,
    kinds: [
      { kind: "pictures", files: 2, bytes: 200 },
      // The step that is also an output counts here.
      { kind: "results", files: 2, bytes: 200 },
      { kind: "steps", files: 0, bytes: 0 },
      { kind: "uploads", files: 1, bytes: 100 },
      { kind: "unnamed", files: 1, bytes: 100 },
    ],
    graphs: { files: 1, bytes: 5 },
  });
  expect((await measureUse(store, null, 1_000, [])).kinds.find(({ kind }) => kind === "unnamed")).toEqual({ kind: "unnamed", files: 6, bytes: 600 });
});

describe("verify and repair", () => {
  test("a store that is whole has no problems, and nothing to mend", async () => {
    const { key } = await result("one", 1);
    expect(await inspectStore(store, database.db)).toEqual({ files: 4, bytes: 400, problems: [], evicted: 0 });
    expect(await repairStore(store, database.db)).toEqual({ removed: 0, forgotten: 0, leftovers: 0, remaining: [] });
    expect(await results()).toEqual([key]);
  });

  test("damaged and missing files are told with what names them; looking changes nothing", async () => {
    const [one, two] = [await result("one", 1), await result("two", 1, "vae-decode")];
    const stray = await kept("stray", "png", 1);
    for (const artifact of [one.files.tensors, stray]) await damage(artifact);
    await rm(store.path(two.files.preview));
    const { problems } = await inspectStore(store, database.db);
    expect(problems).toHaveLength(3);
    expect(problems).toEqual(
      expect.arrayContaining([
        { what: "damaged", file: `${one.files.tensors.hash}.safetensors`, where: ["a result of FLUX Sampler"] },
        { what: "damaged", file: `${stray.hash}.png`, where: [] },
        { what: "missing", file: `${two.files.preview.hash}.png`, where: ["a result of VAE Decode"] },
      ]),
    );
    expect(await present(one.files.tensors, stray)).toEqual([true, true]);
    expect(await results()).toHaveLength(2);
  });

  test("repair removes damaged files and leftovers, and forgets what is not complete", async () => {
    const { db } = database;
    const [damaged, lost, whole] = [await result("damaged", 1), await result("lost", 1), await result("whole", 1)];
    await damage(damaged.files.tensors);
    await rm(store.path(lost.files.picture));
    const leftover = join(store.root, "unfinished", "half");
    await writeFile(leftover, "half");
    await utimes(leftover, new Date(0), new Date(0));
    expect(await repairStore(store, db)).toEqual({ removed: 1, forgotten: 2, leftovers: 1, remaining: [] });
    expect(await present(damaged.files.tensors)).toEqual([false]);
    expect(await results()).toEqual([whole.key]);
    expect(await readdir(join(store.root, "unfinished"))).toEqual([]);
    expect((await inspectStore(store, db)).problems).toEqual([]);
  });

  test("a result that made room and was computed again is whole: what it loses then is a loss", async () => {
    const { db } = database;
    const { key, files } = await result("again", 9);
    await keepStoreBelowLimit({ store, db, limit: 100 }, { limit: 0, target: 0 });
    expect(await inspectStore(store, db)).toMatchObject({ problems: [], evicted: 1 });
    for (const name of ["step", "preview", "tensors", "picture"] as const) await kept(`again ${name}`, files[name].kind, 0);
    await repairStore(store, db);
    expect(await results()).toEqual([key]);
    await rm(store.path(files.picture));
    expect((await inspectStore(store, db)).problems).toMatchObject([{ what: "missing", file: `${files.picture.hash}.png` }]);
  });

  test("tensors of a thinned step are neither missing nor in use", async () => {
    const { db } = database;
    const { key, files } = await result("thinned", 1);
    await db.result.update({ where: { key }, data: { frames: [{ step: 1, total: 1, numbers: {}, tensors: null, preview: files.preview }] } });
    expect((await measureUse(store, db, 1e9, [])).kinds).toContainEqual({ kind: "unnamed", files: 1, bytes: 100 });
    await rm(store.path(files.step));
    expect(await inspectStore(store, db)).toMatchObject({ problems: [], evicted: 0 });
    expect(await repairStore(store, db)).toMatchObject({ forgotten: 0 });
  });

  test("an upload that is gone is named with its workflow, and only a person can mend it", async () => {
    const { db } = database;
    const upload = await kept("a cat", "png", 1);
    const graph = { ...emptyWorkflow, nodes: [{ id: "load", type: "load-image", version: 1, position: { x: 0, y: 0 }, params: { image: { hash: upload.hash, name: "cat.png" } } }] };
    await createWorkflow(db, { name: "Cats", graph });
    await damage(upload);
    const problem = { file: `${upload.hash}.png`, where: ["the picture “cat.png” in “Cats”"] };
    expect((await inspectStore(store, db)).problems).toEqual([{ what: "damaged", ...problem }]);
    expect(await repairStore(store, db)).toMatchObject({ removed: 1, remaining: [{ what: "missing", ...problem }] });
  });

  test("a saved tensor is kept however little room there is; gone, it is named with its workflow", async () => {
    const { db } = database;
    const saved = await kept("step 12", "safetensors", 9);
    const params = { tensors: saved.hash, tensor: "latents", from: "FLUX Sampler, step 12" };
    await createWorkflow(db, { name: "Steps", graph: { ...emptyWorkflow, nodes: [{ id: "saved", type: "saved-latents", version: 1, position: { x: 0, y: 0 }, params }] } });
    await keepStoreBelowLimit({ store, db, limit: 100 }, { limit: 0, target: 0 });
    expect(await present(saved)).toEqual([true]);
    await rm(store.path(saved));
    expect((await inspectStore(store, db)).problems).toEqual([{ what: "missing", file: `${saved.hash}.safetensors`, where: ["the saved tensors “FLUX Sampler, step 12” in “Steps”"] }]);
  });

  test("without a database files are read all the same", async () => {
    const { files } = await result("one", 1);
    await damage(files.step);
    expect((await inspectStore(store, null)).problems).toEqual([{ what: "damaged", file: `${files.step.hash}.safetensors`, where: [] }]);
    expect(await repairStore(store, null)).toMatchObject({ removed: 1, forgotten: 0, remaining: [] });
  });
});
