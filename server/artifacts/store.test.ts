import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listAll } from "./eviction";
import { ArtifactError, ArtifactStore, type KeptArtifact } from "./store";
import { diskOf } from "./test-disk";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-store-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const bytes = new TextEncoder().encode("some latents");
const filesBelow = async (folder: string) => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

test("an artifact is named by its bytes and read back as it was", async () => {
  const store = new ArtifactStore(dataDir);
  const artifact = await store.put(bytes, "safetensors");
  expect(artifact).toEqual({ hash: createHash("sha256").update(bytes).digest("hex"), kind: "safetensors", bytes: bytes.length });
  expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
  expect(await filesBelow(store.root)).toEqual([`${artifact.hash}.safetensors`]);
});

test("equal bytes are written once, also when stored at the same moment", async () => {
  const store = new ArtifactStore(dataDir);
  const artifacts = await Promise.all(Array.from({ length: 8 }, () => store.put(bytes, "png")));
  const before = await stat(store.path(artifacts[0]!));
  await store.put(bytes, "png");
  expect((await stat(store.path(artifacts[0]!))).ino).toBe(before.ino);
  expect(await filesBelow(store.root)).toHaveLength(1);
});

test.each([
  ["ENOSPC", "The disk is full"],
  ["EROFS", "not writable"],
  ["EIO", "could not be written"],
])("a disk that says %s gives a clear error and leaves no half-written file", async (code, words) => {
  const store = new ArtifactStore(dataDir, diskOf(async (path, content) => {
    await writeFile(path, content.subarray(0, 4));
    throw Object.assign(new Error(`${code}: no`), { code });
  }));
  const refused = await store.put(bytes, "safetensors").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ArtifactError);
  expect((refused as ArtifactError).message).toContain(words);
  expect((refused as ArtifactError).remedy).not.toBe("");
  expect(await filesBelow(store.root)).toEqual([]);
});

test.each(["put", "putSoon"] as const)("a file that was cut off is written again by %s", async (put) => {
  const store = new ArtifactStore(dataDir);
  const artifact = await store[put](bytes, "png");
  await writeFile(store.path(artifact), bytes.subarray(0, 4));
  expect(await store[put](bytes, "png")).toEqual(artifact);
  expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
});

describe("what is wanted soon", () => {
  test("is there at once, as put would have it, and is written once", async () => {
    const store = new ArtifactStore(dataDir);
    const artifact = await store.put(bytes, "png");
    // Its folder stays: where there is none, `put` makes it.
    await rm(store.path(artifact));
    const soon = store.putSoon(bytes, "png");
    expect(existsSync(store.path(artifact))).toBe(true);
    expect(await soon).toEqual(artifact);
    const before = await stat(store.path(artifact));
    await store.putSoon(bytes, "png");
    expect((await stat(store.path(artifact))).ino).toBe(before.ino);
    expect(await filesBelow(store.root)).toHaveLength(1);
  });

  test("makes a store folder that somebody removed again", async () => {
    const store = new ArtifactStore(dataDir);
    await store.putSoon(bytes, "png");
    await rm(store.root, { recursive: true });
    expect(new Uint8Array(await store.read(await store.putSoon(bytes, "png")))).toEqual(bytes);
  });
});

test("what a killed process left half-written is removed, what may be in the making is not", async () => {
  const store = new ArtifactStore(dataDir);
  await store.put(bytes, "png");
  const folder = join(store.root, "unfinished");
  await writeFile(join(folder, "old"), "half");
  await utimes(join(folder, "old"), new Date(0), new Date(0));
  await writeFile(join(folder, "new"), "half");
  await store.sweep();
  expect(await readdir(folder)).toEqual(["new"]);
});

test("a name cannot lead out of the store", () => {
  expect(() => new ArtifactStore(dataDir).path({ hash: "../../../etc/passwd", kind: "png" })).toThrow(RangeError);
});

const filesIn = async (store: ArtifactStore) => (await listAll(store)).map(({ hash }) => hash);

describe("a damaged file", () => {
  test.each([
    ["with other bytes of the same size", (path: string) => writeFile(path, "SOME LATENTS")],
    ["that was cut off", (path: string) => writeFile(path, bytes.subarray(0, 4))],
    ["that is empty", (path: string) => writeFile(path, "")],
  ])("%s is noticed when it is read, and removed", async (_, damage) => {
    const store = new ArtifactStore(dataDir);
    const artifact = await store.put(bytes, "safetensors");
    await damage(store.path(artifact));
    expect(await store.check(artifact)).toBe("damaged");
    const error = (await store.read(artifact).catch((thrown: unknown) => thrown)) as ArtifactError;
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error).toMatchObject({ reason: "damaged", message: expect.stringContaining("removed"), remedy: expect.stringContaining("Run again") });
    expect(await store.has(artifact)).toBe(false);
    await expect(store.read(artifact)).rejects.toMatchObject({ reason: "gone" });
  });

  test("is replaced when its bytes are stored again", async () => {
    const store = new ArtifactStore(dataDir);
    const artifact = await store.put(bytes, "safetensors");
    await writeFile(store.path(artifact), "SOME LATENTS");
    await store.put(bytes, "safetensors");
    expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
  });
});

test("a store folder that somebody removed is made again by the next write", async () => {
  const store = new ArtifactStore(dataDir);
  const artifact = await store.put(bytes, "png");
  await rm(store.root, { recursive: true });
  expect([await store.has(artifact), await filesIn(store), await store.sweep()]).toEqual([false, [], 0]);
  await store.touch([artifact]);
  await store.put(bytes, "png");
  expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
});

test("also one that is removed in the very middle of a write", async () => {
  let writes = 0;
  const store = new ArtifactStore(dataDir, diskOf(async (path, content) => {
    if (++writes === 1) await rm(join(dataDir, "artifacts"), { recursive: true });
    await writeFile(path, content);
  }));
  const artifact = await store.put(bytes, "png");
  expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
  expect(writes).toBe(2);
});

describe("a file's time", () => {
  const long = new Date("2020-01-01");
  const usedAt = async (store: ArtifactStore, hash: string) => (await listAll(store)).find((file) => file.hash === hash)?.used;

  test("is that of its last use, by touch or by being stored again", async () => {
    const store = new ArtifactStore(dataDir);
    const touched = await store.put(bytes, "png");
    const stored = await store.put(Uint8Array.of(1), "png");
    for (const artifact of [touched, stored]) await utimes(store.path(artifact), long, long);
    // A file's time may be rounded down by less than a millisecond.
    const before = Date.now() - 1;
    await store.touch([touched, { hash: "0".repeat(64), kind: "png" }]);
    await store.put(Uint8Array.of(1), "png");
    for (const { hash } of [touched, stored]) expect(await usedAt(store, hash)).toBeGreaterThanOrEqual(before);
  });

  test("keeps it from being removed when it was used after it was listed", async () => {
    const store = new ArtifactStore(dataDir);
    for (const content of [1, 2]) await store.put(Uint8Array.of(content), "png");
    const files = await listAll(store);
    for (const file of files) await utimes(store.path(file), long, long);
    const [used, unused] = (await listAll(store)) as [KeptArtifact, KeptArtifact];
    await store.touch([used]);
    expect([await store.removeUnused(used), await store.removeUnused(unused), await store.removeUnused(unused)]).toEqual([false, true, false]);
    expect(await filesIn(store)).toEqual([used.hash]);
    expect(await readdir(join(store.root, "unfinished"))).toEqual([]);
  });
});

test("files that are none of its own are not listed", async () => {
  const store = new ArtifactStore(dataDir);
  const { hash } = await store.put(bytes, "png");
  await writeFile(join(store.root, hash.slice(0, 2), "notes.txt"), "mine");
  await writeFile(join(store.root, "README"), "mine");
  expect(await filesIn(store)).toEqual([hash]);
});
