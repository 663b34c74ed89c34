import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Lookups } from "./lookups";
import type { Memory, StoredResult } from "./resolve";

const result = (seconds: number): StoredResult => ({ outputs: {}, frames: [], notices: [], seconds, present: true });
let stored: Map<string, StoredResult>;
let questions: string[][];
const memory: Memory = {
  last: {},
  keepsNew: true,
  find: async (keys) => {
    questions.push([...keys]);
    return new Map(keys.flatMap((key) => (stored.has(key) ? [[key, stored.get(key)!] as const] : [])));
  },
};

beforeEach(() => {
  stored = new Map();
  questions = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("what had no result a moment ago is not asked for again, what nobody asked for is", async () => {
  const lookups = new Lookups(memory, ["a", "b"]);
  expect(await lookups.find("a")).toBeUndefined();
  expect(questions).toEqual([]);
  stored.set("c", result(1));
  expect(await lookups.find("c")).toEqual(result(1));
  expect(questions).toEqual([["c"]]);
});

test("after a while all that had none are asked for at once: another run may have computed them", async () => {
  const lookups = new Lookups(memory, ["a", "b", "c"]);
  stored.set("b", result(2));
  vi.advanceTimersByTime(5_000);
  expect(await lookups.find("a")).toBeUndefined();
  expect(questions).toEqual([["a", "b", "c"]]);
  expect(await lookups.find("b")).toEqual(result(2));
  expect(await lookups.find("c")).toBeUndefined();
  expect(questions).toHaveLength(1);
});

test("what this run computed is waited for, and given up after two seconds", async () => {
  const lookups = new Lookups(memory, ["a", "b"]);
  lookups.noteComputed("a");
  const found = lookups.find("a");
  await vi.advanceTimersByTimeAsync(100);
  stored.set("a", result(3));
  await vi.advanceTimersByTimeAsync(100);
  expect(await found).toEqual(result(3));
  lookups.noteComputed("b");
  const lost = lookups.find("b");
  await vi.advanceTimersByTimeAsync(2_100);
  expect(await lost).toBeUndefined();
});

test("what this run computed is not waited for where nobody keeps it", async () => {
  const lookups = new Lookups({ ...memory, keepsNew: false }, []);
  lookups.noteComputed("a");
  expect(await lookups.find("a")).toBeUndefined();
  expect(questions).toEqual([["a"]]);
});
