/** The Prisma client. Only stores (server/workflows, server/presets, server/runs) take it. */
import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "./generated/client";

export type Database = PrismaClient;
/** The client, or a transaction of it. */
export type Queries = Prisma.TransactionClient;

/** Opens a pool of at most `connections` to `url`. It connects on first use and again whenever a connection is lost. */
export function openDatabase(url: string, connections: number): Database {
  const adapter = new PrismaPg(
    { connectionString: url, max: connections, connectionTimeoutMillis: 20_000 },
    // A connection lost while idle is opened again by the next query, which is where a lasting problem shows.
    { onPoolError: () => {}, onConnectionError: () => {} },
  );
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 20_000, timeout: 20_000 } });
}
