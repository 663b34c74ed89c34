import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "@/server/processes/root";
import type { EmbeddedDatabase } from "./embedded-database";
import { migrate } from "./migrations";
import { openEmptyDatabase, openingMs } from "./test-database";

const dataDir = mkdtempSync(join(tmpdir(), "bifrost-migrations-"));
const migrations = join(dataDir, "migrations");
let embedded: EmbeddedDatabase;

const open = () => openEmptyDatabase(dataDir);

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: embedded.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  cpSync(join(root, "prisma", "migrations"), migrations, { recursive: true });
  embedded = await open();
}, openingMs);
afterAll(async () => {
  await embedded.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("migrations are applied once, and what is stored outlives a restart", async () => {
  expect(await migrate(embedded.url, migrations)).toContain("0001_first");
  await query(`INSERT INTO "Preset" (id, name, description, graph) VALUES ('a', 'Kept', '', '{}')`);
  await embedded.close();
  embedded = await open();
  expect(await migrate(embedded.url, migrations)).toEqual([]);
  expect(await query(`SELECT name FROM "Preset"`)).toEqual([{ name: "Kept" }]);
});

test("a migration that fails changes nothing", async () => {
  mkdirSync(join(migrations, "0998_half"));
  writeFileSync(join(migrations, "0998_half", "migration.sql"), `CREATE TABLE "Half" (id int); SELECT 1 / 0;`);
  await expect(migrate(embedded.url, migrations)).rejects.toThrow("division by zero");
  rmSync(join(migrations, "0998_half"), { recursive: true });
  expect(await query(`SELECT to_regclass('"Half"')::text AS found`)).toEqual([{ found: null }]);
  expect(await migrate(embedded.url, migrations)).toEqual([]);
});

test("a migration changed afterwards, and a database of a newer version, are refused with the reason", async () => {
  const file = join(migrations, "0001_first", "migration.sql");
  writeFileSync(file, "SELECT 1;");
  await expect(migrate(embedded.url, migrations)).rejects.toThrow("0001_first was changed after it was applied");
  rmSync(join(migrations, "0001_first"), { recursive: true });
  await expect(migrate(embedded.url, migrations)).rejects.toThrow("made by a newer version");
});
