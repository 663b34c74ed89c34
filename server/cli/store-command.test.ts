import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Artifact } from "@/nodes/run-events";
import { emptyWorkflow } from "@/nodes/workflow";
import { ArtifactStore } from "@/server/artifacts/store";
import { type Database, openDatabase } from "@/server/database/client";
import { migrate } from "@/server/database/migrations";
import { openEmptyDatabase, openingMs } from "@/server/database/test-database";
import { lockDataDir } from "@/server/processes/start-checks";
import { type InstanceLock, takeLock } from "@/server/processes/instance-lock";
import { root } from "@/server/processes/root";
import { createWorkflow } from "@/server/workflows/workflow-store";

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "bifrost-store-command-"));
const dataDir = join(folder, "data");
const store = new ArtifactStore(dataDir);
afterAll(() => rmSync(folder, { recursive: true }));

function bifrost(args: string[], environment: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "server/cli.ts", "store", ...args], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

/** Opens the folder's database in this process, as the studio's database process does. */
async function open() {
  const embedded = await openEmptyDatabase(dataDir);
  await migrate(embedded.url, join(root, "prisma", "migrations"));
  const db = openDatabase(embedded.url, 2);
  const close = async () => {
    await db.$disconnect();
    await embedded.close();
  };
  return { db, close };
}

async function artifact(content: string): Promise<Artifact> {
  const kept = await store.put(Buffer.from(content.padEnd(1_000)), "safetensors");
  await utimes(store.path(kept), new Date(0), new Date(0));
  return kept;
}

async function addResult(db: Database, name: string): Promise<Artifact> {
  const tensors = await artifact(name);
  const outputs = { latents: { type: "latents", tensors, shapes: {}, facts: {}, picture: null } };
  await db.result.create({ data: { key: name, type: "vae-decode", recipe: {}, outputs, frames: [], notices: [], seconds: 1 } });
  return tensors;
}

beforeAll(async () => {
  await mkdir(dataDir);
  await (await open()).close();
}, openingMs);

describe("with the studio running, whose database is asked", () => {
  let lock: InstanceLock;
  let db: Database;
  let close: () => Promise<void>;
  let files: { whole: Artifact; damaged: Artifact; lost: Artifact };
  beforeAll(async () => {
    lock = await lockDataDir(dataDir);
    ({ db, close } = await open());
  }, openingMs);
  afterAll(async () => {
    await close();
    lock.release();
  });
  beforeEach(async () => {
    await rm(store.root, { recursive: true, force: true });
    await db.result.deleteMany();
    files = { whole: await addResult(db, "whole"), damaged: await addResult(db, "damaged"), lost: await addResult(db, "lost") };
  });

  test("usage prints a line for each kind, and the limit", async () => {
    const { code, stdout, stderr } = await bifrost(["usage"], { STORE_LIMIT: "10 MB", CHECKPOINT_DIR: dataDir });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual(["pictures", "result tensors", "step tensors", "uploads", "not referenced", "together", "ONNX graphs", ""]);
    expect(stdout).toMatch(/^result tensors +3\.0 kB +3 files$/m);
    expect(stdout).toMatch(/^together +3\.0 kB +3 files, 0\.0 % of the limit of 10\.0 MB/m);
  });

  test("verify fails while something is damaged or missing, repair mends it, and verify is content", async () => {
    await writeFile(store.path(files.damaged), "x".repeat(1_000));
    await rm(store.path(files.lost));
    const broken = await bifrost(["verify"]);
    expect([broken.code, broken.stderr]).toEqual([1, ""]);
    expect(broken.stdout.trim().split("\n")).toEqual([
      `damaged   ${files.damaged.hash}.safetensors: a result of VAE Decode`,
      `missing   ${files.lost.hash}.safetensors: a result of VAE Decode`,
      "problem  2 files read, 2.0 kB; 2 problems",
    ]);
    const mended = await bifrost(["repair"]);
    expect([mended.code, mended.stdout]).toEqual([0, "removed   1 damaged file, 0 half-written files\nforgotten 2 results, computed again when needed\n"]);
    expect(await db.result.findMany({ select: { key: true } })).toEqual([{ key: "whole" }]);
    const whole = await bifrost(["verify"]);
    expect([whole.code, whole.stdout]).toEqual([0, "ok       1 file read, 1.0 kB; all are whole\n"]);
  });

  test("what repair cannot bring back is named with what brings it back", async () => {
    const missing = "5".repeat(64);
    const node = { id: "saved", type: "saved-latents", version: 1, position: { x: 0, y: 0 }, params: { tensors: missing, from: "FLUX Sampler, step 4" } };
    const { id } = await createWorkflow(db, { name: "Steps", graph: { ...emptyWorkflow, nodes: [node] } });
    const { code, stdout } = await bifrost(["repair"]);
    await db.workflow.update({ where: { id }, data: { deletedAt: new Date() } });
    expect([code, stdout.trim().split("\n").at(-1)]).toEqual([1, `missing   ${missing}.safetensors: the saved tensors “FLUX Sampler, step 4” in “Steps”: run the node they are from anew, or pin others`]);
  });

  test("evict makes room as far as it is asked to; a result that made room is no problem", async () => {
    expect(await bifrost(["evict"])).toEqual({ code: 0, stdout: "nothing removed; the store holds 3.0 kB\n", stderr: "" });
    expect(await bifrost(["evict", "--to", "1kB"])).toEqual({ code: 0, stdout: "removed 2 files, 2.0 kB; the store holds 1.0 kB\n", stderr: "" });
    const { code, stdout } = await bifrost(["verify"]);
    expect([code, stdout]).toEqual([0, "ok       1 file read, 1.0 kB; all are whole; 2 results made room and would be computed again\n"]);
    await store.put(Buffer.from("new"), "png");
    const kept = await bifrost(["evict", "--to", "0"]);
    expect([kept.code, kept.stdout.split("\n")[1]]).toEqual([1, expect.stringMatching(/^more than 0 B stay: .*used in the last 15 minutes/)]);
  });

  test("no room is made where the database knows nothing of the folder", async () => {
    await writeFile(join(dataDir, "worker-id"), "a worker that wrote to another database");
    expect(await bifrost(["evict", "--to", "0"])).toMatchObject({ code: 1, stderr: expect.stringContaining("knows nothing of the data folder") });
    await rm(join(dataDir, "worker-id"));
    expect(await store.has(files.whole)).toBe(true);
  });
});

test("with the studio stopped the database is opened here, and no studio can start on the folder meanwhile", async () => {
  const { db, close } = await open();
  await rm(store.root, { recursive: true, force: true });
  await db.result.deleteMany();
  const lost = await addResult(db, "lost");
  await close();
  await rm(store.path(lost));
  const lock = await takeLock(join(dataDir, "database.lock"));
  const waiting = bifrost(["verify"]);
  // The command waits for the database with the folder's lock in its hand.
  await vi.waitUntil(() => existsSync(join(dataDir, "instance.lock")), { timeout: 60_000 });
  await expect(lockDataDir(dataDir)).rejects.toThrow("is in use by another Bifrost Studio");
  lock.release();
  expect(await waiting).toEqual({ code: 1, stderr: "", stdout: `missing   ${lost.hash}.safetensors: a result of VAE Decode\nproblem  0 files read, 0 B; 1 problem\n` });
});

describe("refusals", () => {
  const nowhere = join(folder, "nowhere");
  test.each<[string, string[], Record<string, string>, string]>([
    ["no data folder", ["usage"], { DATA_DIR: nowhere }, `There is no data folder ${nowhere}`],
    ["a size that is none", ["evict", "--to", "plenty"], {}, "It should be a size such as"],
    ["a limit that is none", ["usage"], { STORE_LIMIT: "much" }, "STORE_LIMIT is “much”"],
    ["a database that does not answer", ["usage"], { DATABASE_URL: "postgresql://127.0.0.1:1/none" }, "does not answer"],
  ])("%s: one sentence and exit code 1", async (_, args, environment, words) => {
    const { code, stdout, stderr } = await bifrost(args, environment);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^bifrost: /);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("no room is made where nobody can say what is to be kept", async () => {
    const bare = join(folder, "bare");
    const kept = await new ArtifactStore(bare).put(Buffer.from("of the terminal"), "png");
    expect(await bifrost(["usage"], { DATA_DIR: bare })).toMatchObject({ code: 0, stdout: expect.stringMatching(/^not referenced +15 B +1 file$/m) });
    expect(await bifrost(["evict", "--to", "0"], { DATA_DIR: bare })).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no database in") });
    expect(await new ArtifactStore(bare).has(kept)).toBe(true);
  });
});
