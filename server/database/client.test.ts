import { expect, test } from "vitest";
import { isDatabaseAway, openDatabase } from "./client";

test("a database that is not there is away, whichever way it is asked", async () => {
  // Nothing listens on port 1.
  const db = openDatabase("postgresql://nobody@127.0.0.1:1/none", 1);
  try {
    const ways = { query: async () => db.run.findFirst(), raw: async () => db.$queryRaw`SELECT 1`, execute: async () => db.$executeRaw`SELECT 1`, transaction: async () => db.$transaction(async (tx) => tx.run.findFirst()) };
    for (const [way, ask] of Object.entries(ways)) {
      const error: unknown = await ask().then(() => null, (reason: unknown) => reason);
      expect(error, way).toBeInstanceOf(Error);
      expect(isDatabaseAway(error), `${way}: ${(error as Error).message}`).toBe(true);
    }
  } finally {
    await db.$disconnect();
  }
});

test("a statement that is wrong is no sign of that", () => {
  expect(isDatabaseAway(new Error('Raw query failed. Code: `42601`. Message: `syntax error at or near "SELEC"`'))).toBe(false);
});
