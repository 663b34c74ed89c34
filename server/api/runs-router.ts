import { tracked } from "@trpc/server";
import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";
import { readQueue, setQueuePaused } from "@/server/runs/queue-state";
import { moveRun } from "@/server/runs/run-order";
import { pinRun } from "@/server/runs/run-pins";
import { getRun, listRuns, openRunEvents, startRun } from "@/server/runs/run-store";
import { readEnvironment } from "@/server/runs/worker-status";
import { askToPause, cancelRun, cancelRuns, resumeRun } from "@/server/runs/run-wishes";
import { byId, idSchema, procedure, queueProcedure, router } from "./procedure";

/** Event numbers travel as SSE ids; a browser that reconnects sends back the last one it saw. The limit is the column's. */
const eventNumber = z.coerce.number().pipe(z.int().min(0).max(2_147_483_647));

export const runsRouter = router({
  /** BAD_REQUEST, with `data.problems`, when the nodes it needs cannot run. */
  start: queueProcedure
    .input(z.object({ workflowId: idSchema, graph: workflowSchema, targets: z.array(z.string().max(64)).max(5000).optional(), forced: z.array(z.string().max(64)).max(5000).optional(), purpose: z.enum(["run", "probe"]).default("run") }))
    .mutation(async ({ ctx, input }) => ({ id: await startRun({ db: ctx.db, queue: ctx.queue, artifacts: ctx.artifacts, environment: () => readEnvironment(ctx.db), timeLimit: ctx.settings.runTimeLimit }, input) })),

  cancel: queueProcedure.input(byId).mutation(({ ctx, input }) => cancelRun(ctx.db, ctx.queue, input.id)),

  /** Those that wait, or also those that run or are paused. */
  cancelAll: queueProcedure
    .input(z.object({ which: z.enum(["waiting", "all"]) }))
    .mutation(async ({ ctx, input }) => ({ cancelled: await cancelRuns(ctx.db, ctx.queue, input.which) })),

  /** One that waits at once, one that is computed between two steps. */
  pause: queueProcedure.input(byId).mutation(({ ctx, input }) => askToPause(ctx.db, ctx.queue, input.id)),

  resume: queueProcedure.input(byId).mutation(({ ctx, input }) => resumeRun(ctx.db, ctx.queue, input.id)),

  queue: procedure.query(({ ctx }) => readQueue(ctx.db)),

  /** Runs that wait go on waiting, new ones are accepted; what is being computed goes on. */
  pauseQueue: queueProcedure.mutation(({ ctx }) => setQueuePaused(ctx.db, true)),

  resumeQueue: queueProcedure.mutation(({ ctx }) => setQueuePaused(ctx.db, false)),

  /** Puts a run that waits before another, or at the end. CONFLICT when either does not wait any more. */
  reorder: procedure
    .input(z.object({ id: idSchema, before: idSchema.nullable() }))
    .mutation(({ ctx, input }) => moveRun(ctx.db, ctx.queue, input.id, input.before === null ? "end" : { before: input.before })),

  runNext: procedure.input(byId).mutation(({ ctx, input }) => moveRun(ctx.db, ctx.queue, input.id, "front")),

  /** Whether what it made stays when the store makes room. */
  pin: procedure.input(byId.extend({ pinned: z.boolean() })).mutation(({ ctx, input }) => pinRun(ctx.db, input.id, input.pinned)),

  get: procedure.input(byId).query(({ ctx, input }) => getRun(ctx.db, input.id)),

  /** `nextCursor` goes into `cursor` for the next page; null after the last. */
  list: procedure
    .input(z.object({ workflowId: idSchema.optional(), ended: z.boolean().optional(), limit: z.int().min(1).max(100).default(30), cursor: idSchema.nullish() }))
    .query(({ ctx, input }) => listRuns(ctx.db, { ...input, cursor: input.cursor ?? undefined })),

  /**
   * Every event after number `after` (or after the last one received), each once; ends after "ended". Those that are there
   * together come as one message, since each costs both sides; its id is the number of the last.
   */
  events: procedure
    .input(z.object({ runId: idSchema, after: eventNumber.default(0), lastEventId: eventNumber.nullish() }))
    .subscription(async function* ({ ctx, input, signal }) {
      const events = await openRunEvents(ctx.db, ctx.tail, input.runId, input.lastEventId ?? input.after, signal);
      for await (const batch of events) yield tracked(String(batch.at(-1)!.seq), batch.map(({ event }) => event));
    }),
});
