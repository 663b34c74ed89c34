import { Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { inEnglish } from "@/models/said";
import { float32 } from "@/models/tensor";
import { heldMemory, unionBytes } from "./session-memory";
import { SessionPool, type PooledSession, type SessionLoad } from "./session-pool";

const weights = (file: string, size: number) => [{ file, size }];
/** What a session over a small file of `size` bytes counts for. */
const counted = (size: number) => unionBytes([heldMemory("cpu", "graph", weights("w", size))]);

class FakeSession implements PooledSession {
  released = false;
  constructor(readonly path: string) {}
  async run() {
    if (this.released) throw new Error(`${this.path} was run after its release.`);
    return { out: new OrtTensor("float32", [1], [1]) };
  }
  async release() {
    if (this.released) throw new Error(`${this.path} was released twice.`);
    this.released = true;
  }
}

function fakePool(budget: number) {
  const opened: FakeSession[] = [];
  const loads: (SessionLoad | null)[] = [];
  const pool = new SessionPool("cpu", {
    budget,
    onLoad: (load) => loads.push(load),
    open: async (path) => {
      const session = new FakeSession(path);
      opened.push(session);
      return session;
    },
  });
  const use = async (path: string, size = 100e6, file = `${path}.safetensors`) => {
    const lease = await pool.open(path, weights(file, size));
    await pool.run(lease, path, { in: float32(new Float32Array(1), [1]) });
    lease.close();
  };
  const open = () => opened.filter(({ released }) => !released).map(({ path }) => path);
  return { pool, opened, loads, use, open };
}

test("a session is opened once and shared, also while it opens", async () => {
  const { pool, opened, use } = fakePool(1e12);
  await Promise.all([use("a"), use("a")]);
  await use("a");
  expect(opened).toHaveLength(1);
  expect(pool.takeTimes().graphs.a?.runs).toBe(3);
});

test("the least recently used make room, and come back when asked for", async () => {
  const { use, open, opened } = fakePool(2 * counted(100e6));
  await use("a");
  await use("b");
  await use("a");
  await use("c");
  expect(open()).toEqual(["a", "c"]);
  await use("b");
  expect(open()).toEqual(["c", "b"]);
  expect(opened.map(({ path }) => path)).toEqual(["a", "b", "c", "b"]);
});

test("several go for a large one", async () => {
  const { use, open } = fakePool(counted(400e6));
  for (const path of ["a", "b", "c"]) await use(path);
  await use("large", 390e6);
  expect(open()).toEqual(["large"]);
});

test("one in use stays, even beyond the budget", async () => {
  const { pool, use, open } = fakePool(counted(100e6));
  const lease = await pool.open("a", weights("a.safetensors", 100e6));
  await use("b");
  expect(open()).toEqual(["a", "b"]);
  await pool.run(lease, "a", {});
  lease.close();
  await use("c");
  expect(open()).toEqual(["c"]);
});

test("a lease given back cannot be run any more, and giving it back twice counts once", async () => {
  const { pool, use, open } = fakePool(counted(100e6));
  const [first, second] = await Promise.all([pool.open("a", weights("a", 100e6)), pool.open("a", weights("a", 100e6))]);
  first.close();
  first.close();
  await expect(pool.run(first, "a", {})).rejects.toThrow("given back");
  await use("b");
  expect(open()).toContain("a");
  second.close();
  await pool.releaseIdle();
  expect(open()).toEqual([]);
});

test("one larger than the whole budget is opened alone, with a notice", async () => {
  const { use, open, loads } = fakePool(50e6);
  await use("small", 1e6);
  await use("huge", 300e6);
  expect(open()).toEqual(["huge"]);
  expect(loads.map((load) => (load?.notice ? inEnglish(load.notice) : null))).toEqual([null, null, expect.stringMatching(/605 MB.*50 MB that SESSION_MEMORY/), null]);
});

test("mapped sessions of the same files count them once; widened ones do not", async () => {
  const shared = fakePool(1.1e9);
  await shared.use("a", 1e9, "model.safetensors");
  await shared.use("b", 1e9, "model.safetensors");
  expect(shared.open()).toEqual(["a", "b"]);
  await shared.use("c", 1e9, "other.safetensors");
  expect(shared.open()).toEqual(["c"]);

  const small = fakePool(1.5 * counted(100e6));
  await small.use("a", 100e6, "model.safetensors");
  await small.use("b", 100e6, "model.safetensors");
  expect(small.open()).toEqual(["b"]);
});

describe("a load", () => {
  test("is announced with its bytes, and its growth where that is known", async () => {
    const { use, loads } = fakePool(1e12);
    await use("small", 100e6);
    await use("mapped", 2e9);
    expect(loads).toEqual([{ bytes: 100e6, growth: counted(100e6), notice: null }, null, { bytes: 2e9, growth: null, notice: null }, null]);
  });

  test("that fails is over too, counts for nothing, and is tried again", async () => {
    const loads: (SessionLoad | null)[] = [];
    let tries = 0;
    const pool = new SessionPool("cpu", {
      onLoad: (load) => loads.push(load),
      open: async (path) => {
        if (tries++ === 0) throw new Error("bad graph");
        return new FakeSession(path);
      },
    });
    await expect(pool.open("a", weights("a", 1))).rejects.toThrow("bad graph");
    expect(loads.at(-1)).toBeNull();
    expect(pool.lease("a")).toBeNull();
    await pool.run(await pool.open("a", weights("a", 1)), "a", {});
    expect(tries).toBe(2);
  });
});
