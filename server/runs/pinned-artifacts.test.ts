import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Artifact, RunEvent, RunStatus } from "@/nodes/run-events";
import { emptyWorkflow, type Workflow, type WorkflowNode } from "@/nodes/workflow";
import { openingMs, openTestDatabase, type TestDatabase } from "@/server/database/test-database";
import { createPreset } from "@/server/presets/preset-store";
import { createWorkflow, removeWorkflow, saveWorkflow } from "@/server/workflows/workflow-store";
import { readPins } from "./pinned-artifacts";
import { pinRun } from "./run-pins";

let database: TestDatabase;
let workflowId: string;
beforeAll(async () => {
  database = await openTestDatabase();
}, openingMs);
afterAll(() => database.close());
beforeEach(async () => {
  const { db } = database;
  await db.runEvent.deleteMany();
  await db.run.deleteMany();
  await db.workflowVersion.deleteMany();
  await db.workflow.deleteMany();
  await db.preset.deleteMany();
  workflowId = (await createWorkflow(db, { name: "Test", graph: emptyWorkflow })).id;
});

const hash = (name: string) => createHash("sha256").update(name).digest("hex");
const artifact = (name: string, kind: Artifact["kind"] = "safetensors"): Artifact => ({ hash: hash(name), kind, bytes: 1 });
const names = ["frame", "preview", "tensors", "picture", "reused", "reused frame"];

/** A run whose events name all of `names`, each with `prefix` before it. */
async function storedRun(prefix: string, status: RunStatus, columns: { pinned?: boolean; picture?: string; startedAt?: Date; graph?: Workflow } = {}): Promise<string> {
  const [frame, preview, tensors, picture, reused, reusedFrame] = names.map((name) => artifact(`${prefix} ${name}`));
  const output = (of: Artifact, shown: Artifact | null) => ({ image: { type: "image", tensors: of, shapes: {}, facts: {}, picture: shown } });
  const step = { step: 1, total: 1, numbers: {} };
  const events: RunEvent[] = [
    { type: "frame", nodeId: "a", frame: { ...step, tensors: frame!, preview: preview! } },
    { type: "node-done", nodeId: "a", seconds: 1, outputs: output(tensors!, picture!) },
    { type: "node-reused", nodeId: "b", key: hash("a key"), why: { kind: "unchanged" }, seconds: 1, outputs: output(reused!, null), frames: [{ ...step, tensors: reusedFrame!, preview: null }], notices: [] },
  ];
  const { id } = await database.db.run.create({
    data: { workflowId, graph: emptyWorkflow, status, ...columns, events: { create: events.map((data, index) => ({ seq: index + 1, data })) } },
  });
  return id;
}

const pinned = async () => (await readPins(database.db)).pinned;
const loading = (upload: string, more: Partial<WorkflowNode> = {}): Workflow => ({
  ...emptyWorkflow,
  nodes: [{ id: "load", type: "load-image", version: 1, position: { x: 0, y: 0 }, params: { image: { hash: hash(upload), name: `${upload}.png` } }, ...more }],
});

test("everything that runs name which are kept or have not ended is pinned; of others, their picture only", async () => {
  for (const status of ["queued", "running", "paused", "done", "failed", "cancelled"] as const) await storedRun(status, status, { picture: hash(`picture of ${status}`) });
  const id = await storedRun("kept", "done");
  await pinRun(database.db, id, true);
  const expected = ["queued", "running", "paused", "kept"].flatMap((prefix) => names.map((name) => `${prefix} ${name}`));
  const pictures = ["queued", "running", "paused", "done", "failed", "cancelled"].map((status) => `picture of ${status}`);
  expect(await pinned()).toEqual(new Set([...expected, ...pictures].map(hash)));
  await pinRun(database.db, id, false);
  expect((await pinned()).has(hash("kept tensors"))).toBe(false);
});

test("tensors of thinned steps are let go; those of other steps, of a later attempt, and what else has the same bytes stay", async () => {
  const step = (nodeId: string, at: number, name: string): RunEvent => ({ type: "frame", nodeId, frame: { step: at, total: 9, numbers: {}, tensors: artifact(name), preview: artifact(`preview of ${name}`, "png") } });
  const output = { latents: { type: "latents", tensors: artifact("a 3"), shapes: {}, facts: {}, picture: null } };
  const events: RunEvent[] = [
    ...[1, 2, 3, 4].map((at) => step("a", at, `a ${at}`)),
    step("b", 2, "b 2"),
    { type: "frames-thinned", nodeId: "a", steps: [2, 3] },
    step("a", 2, "a 2 again"),
    { type: "node-done", nodeId: "a", seconds: 1, outputs: output },
  ];
  const run = { workflowId, graph: emptyWorkflow, events: { create: events.map((data, index) => ({ seq: index + 1, data })) } };
  const { id } = await database.db.run.create({ data: { ...run, status: "running" } });
  const { pinned: stay, letGo } = await readPins(database.db);
  const previews = ["a 1", "a 2", "a 3", "a 4", "b 2", "a 2 again"].map((name) => `preview of ${name}`);
  expect(stay).toEqual(new Set(["a 1", "a 3", "a 4", "b 2", "a 2 again", ...previews].map(hash)));
  expect(letGo).toEqual(new Set([hash("a 2")]));
  await database.db.run.update({ where: { id }, data: { status: "done" } });
  expect((await readPins(database.db)).letGo).toEqual(new Set());
});

test("a run that does not exist cannot be kept", async () => {
  await expect(pinRun(database.db, "nowhere", true)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the picture of a workflow is pinned until the workflow is deleted", async () => {
  await database.db.workflow.update({ where: { id: workflowId }, data: { picture: hash("card") } });
  expect(await pinned()).toEqual(new Set([hash("card")]));
  await removeWorkflow(database.db, database.queue, workflowId);
  expect(await pinned()).toEqual(new Set());
});

test("uploads are pinned by every graph that is stored: current, older, deleted, swept, of a preset, of a run", async () => {
  const { db } = database;
  const { id } = await createWorkflow(db, { name: "Pictures", graph: loading("older") });
  await saveWorkflow(db, { id, graph: loading("current", { sweeps: { image: { kind: "list", values: [{ hash: hash("swept"), name: "x" }, { hash: hash("swept too"), name: "y" }] } } }), baseVersion: 1 });
  const removed = await createWorkflow(db, { name: "Removed", graph: loading("deleted") });
  await removeWorkflow(db, database.queue, removed.id);
  await createPreset(db, { name: "Mine", description: "", graph: loading("preset") });
  await db.run.create({ data: { workflowId, graph: loading("run"), status: "done" } });
  const { pinned, uploads } = await readPins(db);
  expect(uploads).toEqual(new Set(["older", "current", "swept", "swept too", "deleted", "preset", "run"].map(hash)));
  expect(pinned).toEqual(uploads);
});

test("saved tensors are pinned by every graph that is stored, and are no uploads", async () => {
  const { db } = database;
  const saved = (name: string, type = "saved-latents", more: Partial<WorkflowNode> = {}) => loading("", { type, params: { tensors: name && hash(name), tensor: "latents", from: "" }, ...more });
  const { id } = await createWorkflow(db, { name: "Steps", graph: saved("older") });
  await saveWorkflow(db, { id, graph: saved("current", "saved-patches", { sweeps: { tensors: { kind: "list", values: [hash("swept")] } } }), baseVersion: 1 });
  await removeWorkflow(db, database.queue, (await createWorkflow(db, { name: "Removed", graph: saved("deleted") })).id);
  await createPreset(db, { name: "Mine", description: "", graph: saved("preset") });
  await createWorkflow(db, { name: "Nothing chosen", graph: saved("") });
  await db.run.create({ data: { workflowId, graph: saved("run"), status: "done" } });
  const { pinned, uploads } = await readPins(db);
  expect(pinned).toEqual(new Set(["older", "current", "swept", "deleted", "preset", "run"].map(hash)));
  expect(uploads).toEqual(new Set());
});

test("it is known since when runs have been running", async () => {
  expect((await readPins(database.db)).since).toBeNull();
  const [first, second] = [new Date("2026-01-01T10:00:00.123Z"), new Date("2026-01-02T10:00:00Z")];
  await storedRun("second", "running", { startedAt: second });
  await storedRun("first", "running", { startedAt: first });
  await storedRun("ended", "done", { startedAt: new Date("2025-01-01T00:00:00Z") });
  expect((await readPins(database.db)).since).toBe(first.getTime());
});
