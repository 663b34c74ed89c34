import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openingMs } from "./test-database";
import { openPostgresSocket, type PostgresSocket } from "./postgres-socket";

describe("many clients of one session", () => {
  const folder = mkdtempSync(join(tmpdir(), "bifrost-socket-"));
  let db: PGlite;
  let socket: PostgresSocket;
  const fatal: unknown[] = [];

  beforeAll(async () => {
    db = await PGlite.create();
    await db.exec("CREATE TABLE entry (client int, n int)");
    socket = await openPostgresSocket(db, { path: join(folder, ".s.PGSQL.5432") }, (error) => fatal.push(error));
  }, openingMs);
  afterAll(async () => {
    await socket.close();
    await db.close();
    rmSync(folder, { recursive: true });
  });

  async function connect(): Promise<Client> {
    const client = new Client({ host: folder, user: "postgres", database: "postgres" });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  test("statements of different shapes never get each other's values", async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, connect));
    await Promise.all(
      clients.map(async (client, index) => {
        const names = Array.from({ length: index + 1 }, (_, at) => `$${at + 1}::int AS c${index}_${at}`);
        for (let round = 0; round < 60; round++) {
          const values = names.map((_, at) => round * 100 + at);
          const { rows } = await client.query({ text: `SELECT ${names.join(", ")}`, values });
          expect(Object.values(rows[0] as object)).toEqual(values);
        }
      }),
    );
    await Promise.all(clients.map((client) => client.end()));
  });

  test("a transaction keeps the session to itself", async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query("BEGIN");
    await one.query("INSERT INTO entry VALUES ($1, $2)", [1, 1]);
    const outside = two.query("SELECT count(*)::int AS n FROM entry");
    await one.query("ROLLBACK");
    expect((await outside).rows).toEqual([{ n: 0 }]);
    await Promise.all([one.end(), two.end()]);
  });

  test("a client that dies in a transaction leaves nothing behind and blocks nobody", async () => {
    const [one, two] = [await connect(), await connect()];
    await one.query("BEGIN");
    await one.query("INSERT INTO entry VALUES (2, 2)");
    const waiting = two.query("SELECT count(*)::int AS n FROM entry WHERE client = 2");
    // What a SIGKILL looks like from here.
    (one as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await waiting).rows).toEqual([{ n: 0 }]);
    await two.end();
  });

  test("an error is answered to the client that made it, and the session goes on", async () => {
    const [one, two] = [await connect(), await connect()];
    const [failed, fine] = await Promise.allSettled([one.query("SELECT $1::int / 0 AS n", [1]), two.query("SELECT $1::int AS n", [7])]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "22012" } });
    expect(fine).toMatchObject({ status: "fulfilled", value: { rows: [{ n: 7 }] } });
    expect((await one.query("SELECT 1 AS n")).rows).toEqual([{ n: 1 }]);
    await Promise.all([one.end(), two.end()]);
  });

  test("a statement that arrives in many pieces is not mixed with others", async () => {
    const [large, small] = [await connect(), await connect()];
    const enough = new AbortController();
    const asking = (async () => {
      for (let n = 0; !enough.signal.aborted; n++) {
        expect((await small.query("SELECT $1::int AS a, $2::int AS b", [n, n + 1])).rows[0]).toEqual({ a: n, b: n + 1 });
      }
    })();
    for (let round = 0; round < 8; round++) {
      const text = String(round).repeat(500_000);
      expect((await large.query("SELECT $1::text AS t", [text])).rows[0]).toEqual({ t: text });
    }
    enough.abort();
    await asking;
    await Promise.all([large.end(), small.end()]);
    expect(fatal).toEqual([]);
  });
});
