/** What every procedure shares: its context, and how errors leave the server. */
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import { isDatabaseAway, isDiskFull } from "@/server/database/client";
import { Refusal } from "@/server/refusal";
import type { Services } from "@/server/services";

const t = initTRPC.context<Services>().create({
  sse: {
    ping: { enabled: true, intervalMs: 10_000 },
    client: { reconnectAfterInactivityMs: 25_000 },
  },
  errorFormatter({ shape, error }) {
    // Neither stacks nor the text of unforeseen errors leave the server: they hold paths and SQL.
    const { stack: _stack, ...data } = shape.data;
    const { cause } = error;
    if (cause instanceof Refusal) return { ...shape, data: { ...data, ...cause.details } };
    if (cause instanceof z.ZodError) return { ...shape, message: sentence(cause), data };
    if (error.code !== "INTERNAL_SERVER_ERROR") return { ...shape, data };
    return { ...shape, message: "Something went wrong on the server; its log says more.", data };
  },
});

const databaseAway = new Refusal("SERVICE_UNAVAILABLE", "The database is starting again.", { remedy: "Try again in a moment." });
const diskFull = new Refusal("SERVICE_UNAVAILABLE", "The server's disk is full: nothing can be saved.", { remedy: "Make room on it, then try again." });

function sentence(error: z.ZodError): string {
  const said = error.issues.slice(0, 3).map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  if (error.issues.length > said.length) said.push(`${error.issues.length - said.length} more`);
  return said.join("; ");
}

const refusals = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  const refusal = isDatabaseAway(cause) ? databaseAway : isDiskFull(cause) ? diskFull : cause;
  if (refusal instanceof Refusal) throw new TRPCError({ code: refusal.code, message: refusal.message, cause: refusal });
  return result;
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;
export const procedure = t.procedure.use(refusals);

/** For what changes the queue, or what is wanted of a run. */
export const queueProcedure = procedure.use(async ({ ctx, next }) => {
  const result = await next();
  ctx.queueChanged();
  return result;
});

/** Ids come from this server; anything else is simply not found. */
export const idSchema = z.string().min(1).max(64);
export const byId = z.object({ id: idSchema });
