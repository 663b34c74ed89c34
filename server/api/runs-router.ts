import { tracked } from "@trpc/server";
import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";
import { pinRun } from "@/server/runs/run-pins";
import { cancelRun, getRun, listRuns, openRunEvents, startRun } from "@/server/runs/run-store";
import { byId, idSchema, procedure, router } from "./procedure";

/** Event numbers travel as SSE ids; a browser that reconnects sends back the last one it saw. The limit is the column's. */
const eventNumber = z.coerce.number().pipe(z.int().min(0).max(2_147_483_647));

export const runsRouter = router({
  /** BAD_REQUEST, with `data.problems`, when the nodes it needs cannot run. */
  start: procedure
    .input(z.object({ workflowId: idSchema, graph: workflowSchema, targets: z.array(z.string().max(64)).max(5000).optional() }))
    .mutation(async ({ ctx, input }) => ({ id: await startRun(ctx.db, ctx.queue, input) })),

  cancel: procedure.input(byId).mutation(({ ctx, input }) => cancelRun(ctx.db, ctx.queue, input.id)),

  /** Whether what it made stays when the store makes room. */
  pin: procedure.input(byId.extend({ pinned: z.boolean() })).mutation(({ ctx, input }) => pinRun(ctx.db, input.id, input.pinned)),

  get: procedure.input(byId).query(({ ctx, input }) => getRun(ctx.db, input.id)),

  /** `nextCursor` goes into `cursor` for the next page; null after the last. */
  list: procedure
    .input(z.object({ workflowId: idSchema.optional(), limit: z.int().min(1).max(100).default(30), cursor: idSchema.nullish() }))
    .query(({ ctx, input }) => listRuns(ctx.db, { ...input, cursor: input.cursor ?? undefined })),

  /** Every event after number `after` (or after the last one received), each once; ends after "ended". */
  events: procedure
    .input(z.object({ runId: idSchema, after: eventNumber.default(0), lastEventId: eventNumber.nullish() }))
    .subscription(async function* ({ ctx, input, signal }) {
      const events = await openRunEvents(ctx.db, ctx.tail, input.runId, input.lastEventId ?? input.after, signal);
      for await (const { seq, event } of events) yield tracked(String(seq), event);
    }),
});
