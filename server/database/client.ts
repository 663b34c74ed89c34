/** The Prisma client. Only stores (server/workflows, server/presets, server/runs) take it. */
import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "./generated/client";

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

/** What went wrong, for the log: Prisma's messages quote the source first and say the cause last. */
export function lastLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.trim().split("\n").at(-1) || error.name;
}

/** Cannot be reached, closed the connection, or did not answer in time: worth another try, unlike an error in a statement. */
const awayCodes = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);
/**
 * The same, where words come through without such a code: the driver's of a server that stops or starts, whose socket is not
 * there in between (ENOENT), and Prisma's own of a raw query, which has the code of every raw query that fails.
 */
const awayWords = /can't reach database server|server has closed the connection|operation has timed out|too many database connections|\b57P0[1-3]\b|connection terminated|terminating connection|database system is (starting up|shutting down)|connection timeout|ECONNRE(SET|FUSED)|EPIPE|connect E(NOENT|AGAIN)/i;

export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError && awayCodes.has(error.code)) return true;
  return error instanceof Error && awayWords.test(error.message);
}

/** The disk the database lies on is full. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && /\b53100\b|no space left on device/i.test(error.message);
}
