import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "./settings";

test("without variables the site is for this computer only", () => {
  expect(readSettings({ PORT: "", DATA_DIR: "" })).toMatchObject({ host: "127.0.0.1", port: 3000, dataDir: resolve("data"), databaseUrl: undefined });
});

test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["BIFROST_PROVIDER", "tpu"],
  ["SESSION_MEMORY", "much"],
  ["RUN_MEMORY_LIMIT", "-1 GB"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(`${name} is “${value}”`);
});

test("memory is set in units, and is a share of this computer's otherwise", () => {
  expect(readSettings({ SESSION_MEMORY: "1.5 GiB", RUN_MEMORY_LIMIT: "0" })).toMatchObject({ sessionMemory: 1.5 * 1024 ** 3, runMemoryLimit: 0 });
  const { sessionMemory, runMemoryLimit } = readSettings({});
  expect(runMemoryLimit / sessionMemory).toBeCloseTo(0.9 / 0.5);
});
