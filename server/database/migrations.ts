/** Applies prisma/migrations in order, each once. Same table and checksums as Prisma's own tool, so that it can take over. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Applied migrations and those on disk disagree. The message says which, and what to do. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/** Brings the database at `url` up to date with `folder`; returns the names of what it applied. All or nothing. */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 });
  await client.connect();
  try {
    await client.query("BEGIN");
    // Several machines may start at once on one Postgres.
    await client.query("SELECT pg_advisory_xact_lock(7234001)");
    await client.query(migrationsTable);
    const applied = await client.query<{ migration_name: string; checksum: string }>(
      `SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
    );
    const checksums = new Map(applied.rows.map((row) => [row.migration_name, row.checksum]));
    const pending = pendingMigrations(readMigrations(folder), checksums);
    for (const migration of pending) await apply(client, migration);
    await client.query("COMMIT");
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "migration.sql")));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

function pendingMigrations(known: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  for (const [name, checksum] of applied) {
    const migration = known.find((candidate) => candidate.name === name);
    if (!migration) {
      throw new MigrationError(`The database was made by a newer version (it has the migration ${name}). Update Bifrost Studio, or use another DATA_DIR.`);
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(`The migration ${name} was changed after it was applied. Restore its file; changes belong in a new migration.`);
    }
  }
  return known.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query(sql);
  await client.query(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), now(), 1)`,
    [randomUUID(), checksum, name],
  );
}

const migrationsTable = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;
