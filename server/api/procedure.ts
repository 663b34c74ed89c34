/** What every procedure shares: its context, and how errors leave the server. */
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import { quoted, type Said, said, saidMessage } from "@/models/said";
import { isDatabaseAway, isDiskFull } from "@/server/database/client";
import type { Refused } from "./contract";
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
    if (cause instanceof z.ZodError) return withWords(shape, data, said("The request does not fit. {issues}", { issues: quoted(issuesOf(cause)) }));
    if (error.code !== "INTERNAL_SERVER_ERROR") return { ...shape, data };
    return withWords(shape, data, said("Something went wrong on the server; its log says more."));
  },
});

const databaseAway = new Refusal("SERVICE_UNAVAILABLE", said("The database is starting again."), { remedy: said("Try again in a moment.") });
const diskFull = new Refusal("SERVICE_UNAVAILABLE", said("The server's disk is full: nothing can be saved."), { remedy: said("Make room on it, then try again.") });

function withWords<S extends object, D extends object>(shape: S, data: D, words: Said): S & { message: string; data: D & Refused } {
  const { message, said: made } = saidMessage(words);
  return { ...shape, message, data: { ...data, said: made } };
}

function issuesOf(error: z.ZodError): string {
  const shown = error.issues.slice(0, 3).map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  if (error.issues.length > shown.length) shown.push(`${error.issues.length - shown.length} more`);
  return shown.join("; ");
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
