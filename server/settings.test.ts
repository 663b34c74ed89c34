import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "./settings";

test("without variables the site is for this computer only", () => {
  expect(readSettings({ PORT: "", DATA_DIR: "" })).toMatchObject({ host: "127.0.0.1", port: 3000, dataDir: resolve("data"), databaseUrl: undefined });
});

test("the store's limit is said in bytes or with units", () => {
  expect(["", "500 MB", "2 GiB", "10000000"].map((STORE_LIMIT) => readSettings({ STORE_LIMIT }).storeLimit)).toEqual([10e9, 500e6, 2 * 1024 ** 3, 10e6]);
});

test.each([
  ["RUN_FRAMES_LIMIT", "some"],
  ["STORE_LIMIT", "plenty"],
  ["STORE_LIMIT", "0"],
  ["STORE_LIMIT", "9 MB"],
  ["STORE_LIMIT", "-10 GB"],
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["BIFROST_PROVIDER", "tpu"],
  ["WORKER_CONCURRENCY", "0"],
  ["WORKER_CONCURRENCY", "17"],
  ["WORKER_CONCURRENCY", "1.5"],
  ["RUN_TIME_LIMIT", "soon"],
  ["RUN_TIME_LIMIT", "0"],
  ["RUN_TIME_LIMIT", "-3 min"],
  ["SESSION_MEMORY", "much"],
  ["RUN_MEMORY_LIMIT", "-1 GB"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(`${name} is “${value}”`);
});

test.each([
  ["", null],
  ["90", 90],
  ["1.5 s", 1.5],
  ["30 min", 1800],
  ["2h", 7200],
])("RUN_TIME_LIMIT “%s” is %s seconds", (RUN_TIME_LIMIT, seconds) => {
  expect(readSettings({ RUN_TIME_LIMIT }).runTimeLimit).toBe(seconds);
});

test("a run's steps are limited in bytes, to none if somebody wants that", () => {
  expect(["", "500 MB", "0"].map((RUN_FRAMES_LIMIT) => readSettings({ RUN_FRAMES_LIMIT }).runFramesLimit)).toEqual([2e9, 500e6, 0]);
});

test("one run at a time, unless somebody wants more", () => {
  expect(readSettings({ WORKER_CONCURRENCY: "" }).workerConcurrency).toBe(1);
  expect(readSettings({ WORKER_CONCURRENCY: "4" }).workerConcurrency).toBe(4);
});

test("memory is set in units, and is a share of this computer's otherwise", () => {
  const [one, four] = [readSettings({}), readSettings({ WORKER_CONCURRENCY: "4" })];
  expect(four.runMemoryLimit * 4).toBeCloseTo(one.runMemoryLimit, -2);
  expect(four.sessionMemory * 4).toBeCloseTo(one.sessionMemory, -2);
  expect(readSettings({ WORKER_CONCURRENCY: "4", SESSION_MEMORY: "8 GB", RUN_MEMORY_LIMIT: "3 GB" })).toMatchObject({ sessionMemory: 2e9, runMemoryLimit: 3e9 });
  expect(readSettings({ SESSION_MEMORY: "1.5 GiB", RUN_MEMORY_LIMIT: "0" })).toMatchObject({ sessionMemory: 1.5 * 1024 ** 3, runMemoryLimit: 0 });
  const { sessionMemory, runMemoryLimit } = readSettings({});
  expect(runMemoryLimit / sessionMemory).toBeCloseTo(0.9 / 0.5);
});
