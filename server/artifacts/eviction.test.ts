import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Artifact } from "@/nodes/run-events";
import { belowLimit, evict, graceMs, listAll, type Protection } from "./eviction";
import { ArtifactStore } from "./store";

let dataDir: string;
let store: ArtifactStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "bifrost-eviction-"));
  store = new ArtifactStore(dataDir);
});
afterEach(() => rm(dataDir, { recursive: true }));

const now = Date.now();
const day = 86_400_000;

/** An artifact of 100 bytes, last used at this moment. */
async function kept(content: string, used: number): Promise<Artifact> {
  const artifact = await store.put(Buffer.from(content.padEnd(100)), "safetensors");
  await utimes(store.path(artifact), used / 1000, used / 1000);
  return artifact;
}

const nothing: Protection = { pinned: new Set(), since: null, letGo: new Set() };
const room = (target: number, protection: Partial<Protection> = {}, removing: (hashes: readonly string[]) => void = () => {}) =>
  evict(store, { limit: target, target }, async () => ({ ...nothing, ...protection }), async (hashes) => removing(hashes), now);
const left = async (...artifacts: Artifact[]) => Promise.all(artifacts.map((artifact) => store.has(artifact)));

test("below its limit a store is left alone, and nobody asks for pins", async () => {
  const old = await kept("old", now - 9 * day);
  const result = await evict(store, { limit: 100, target: 10 }, () => Promise.reject(new Error("asked")), () => Promise.reject(new Error("removing")), now);
  expect(result).toMatchObject({ before: 100, after: 100, files: 0 });
  expect(await left(old)).toEqual([true]);
});

test("above it, what was used longest ago goes, down to nine tenths", async () => {
  expect(belowLimit(10e9)).toEqual({ limit: 10e9, target: 9e9 });
  const [b, d, a, c] = [await kept("b", now - 3 * day), await kept("d", now - 1 * day), await kept("a", now - 4 * day), await kept("c", now - 2 * day)];
  await store.touch([a]);
  const gone: string[] = [];
  const result = await evict(store, { limit: 350, target: 250 }, async () => nothing, async (hashes) => void gone.push(...hashes), now);
  expect(result).toEqual({ before: 400, after: 200, files: 2, pinned: 0, recent: 100 });
  expect(await left(a, b, c, d)).toEqual([true, false, false, true]);
  // Told in the order of removing, before anything is gone.
  expect(gone).toEqual([b.hash, c.hash]);
});

test("who is told what goes finds it still there; when it cannot be noted, it stays", async () => {
  const old = await kept("old", now - 2 * day);
  let wasThere: boolean[] = [];
  await expect(
    evict(store, { limit: 0, target: 0 }, async () => nothing, async () => {
      wasThere = await left(old);
      throw new Error("the database is away");
    }, now),
  ).rejects.toThrow("the database is away");
  expect([wasThere, await left(old)]).toEqual([[true], [true]]);
});

test("what is pinned stays, even when the limit cannot be kept", async () => {
  const [pinned, loose] = [await kept("pinned", now - 9 * day), await kept("loose", now - 1 * day)];
  expect(await room(50, { pinned: new Set([pinned.hash]) })).toEqual({ before: 200, after: 100, files: 1, pinned: 100, recent: 0 });
  expect(await left(pinned, loose)).toEqual([true, false]);
});

test("what was used a moment ago stays: its event may not be stored yet", async () => {
  const [fresh, old] = [await kept("fresh", now - graceMs + 5_000), await kept("old", now - graceMs - 5_000)];
  expect(await room(0)).toMatchObject({ files: 1, recent: 100 });
  expect(await left(fresh, old)).toEqual([true, false]);
});

test("what was written since the oldest running run began stays, however long it runs", async () => {
  const began = now - 5 * 3_600_000;
  const [ofTheRun, before] = [await kept("of the run", began + 1_000), await kept("before", began - graceMs - 1_000)];
  await room(0, { since: began });
  expect(await left(ofTheRun, before)).toEqual([true, false]);
});

test("what a running run has let go does not stay for that, unless it was used a moment ago", async () => {
  const began = now - 5 * 3_600_000;
  const [step, fresh] = [await kept("step", began + 1_000), await kept("fresh step", now - graceMs + 5_000)];
  await room(0, { since: began, letGo: new Set([step.hash, fresh.hash]) });
  expect(await left(step, fresh)).toEqual([false, true]);
});

test("a file that is written between listing and asking for pins is not touched", async () => {
  await kept("old", now - day);
  let late: Artifact | undefined;
  await evict(store, { limit: 0, target: 0 }, async () => {
    late = await kept("late", now - 2 * day);
    return nothing;
  }, async () => {}, now);
  expect(await left(late!)).toEqual([true]);
});

test("a file that is used after it was chosen is not removed", async () => {
  const [used, unused] = [await kept("used", now - 3 * day), await kept("unused", now - 2 * day)];
  const result = await evict(store, { limit: 0, target: 0 }, async () => nothing, () => store.touch([used]), now);
  expect(result).toMatchObject({ files: 1, after: 100 });
  expect(await left(used, unused)).toEqual([true, false]);
});

test("after the clock went back, files of the future count as used now, and grow old like all others", async () => {
  const [future, old] = [await kept("future", now + 400 * day), await kept("old", now - day)];
  await room(0);
  expect(await left(future, old)).toEqual([true, false]);
  const [file] = await listAll(store);
  expect(file?.used).toBeLessThan(Date.now() + 1);
  expect(await evict(store, { limit: 0, target: 0 }, async () => nothing, async () => {}, Date.now() + graceMs + 1_000)).toMatchObject({ files: 1, after: 0 });
});

test("half-written files do not count and are not taken for artifacts", async () => {
  await kept("one", now - day);
  await writeFile(join(store.root, "unfinished", "half"), "x".repeat(1_000));
  expect(await room(100)).toMatchObject({ before: 100, files: 0 });
  expect(await readdir(join(store.root, "unfinished"))).toEqual(["half"]);
});

test("a store that is not there needs no room", async () => {
  await rm(store.root, { recursive: true, force: true });
  expect(await room(0)).toMatchObject({ before: 0, files: 0 });
});
