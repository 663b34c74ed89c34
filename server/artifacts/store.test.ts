import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArtifactError, ArtifactStore } from "./store";

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
  const store = new ArtifactStore(dataDir, async (path, content) => {
    await writeFile(path, content.subarray(0, 4));
    throw Object.assign(new Error(`${code}: no`), { code });
  });
  const refused = await store.put(bytes, "safetensors").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ArtifactError);
  expect((refused as ArtifactError).message).toContain(words);
  expect((refused as ArtifactError).remedy).not.toBe("");
  expect(await filesBelow(store.root)).toEqual([]);
});

test("a file that was cut off is written again", async () => {
  const store = new ArtifactStore(dataDir);
  const artifact = await store.put(bytes, "png");
  await writeFile(store.path(artifact), bytes.subarray(0, 4));
  await store.put(bytes, "png");
  expect(new Uint8Array(await store.read(artifact))).toEqual(bytes);
});

test("a lost and a damaged file are told apart", async () => {
  const store = new ArtifactStore(dataDir);
  const artifact = await store.put(bytes, "png");
  await writeFile(store.path(artifact), "something else");
  await expect(store.read(artifact)).rejects.toThrow("damaged");
  await rm(store.path(artifact));
  await expect(store.read(artifact)).rejects.toThrow("gone");
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
