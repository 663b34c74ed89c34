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
])("%s=%s is refused by name", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(`${name} is “${value}”`);
});
