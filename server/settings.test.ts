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
  ["STORE_LIMIT", "plenty"],
  ["STORE_LIMIT", "0"],
  ["STORE_LIMIT", "9 MB"],
  ["STORE_LIMIT", "-10 GB"],
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["BIFROST_PROVIDER", "tpu"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(`${name} is “${value}”`);
});
