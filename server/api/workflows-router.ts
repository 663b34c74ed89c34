import { z } from "zod";
import { emptyWorkflow, workflowSchema } from "@/nodes/workflow";
import { findPreset } from "@/server/presets/preset-store";
import { takeFirstWorkflow } from "@/server/workflows/first-workflow";
import {
  createWorkflow,
  duplicateWorkflow,
  findNewer,
  getVersion,
  getWorkflow,
  listVersions,
  listWorkflows,
  removeWorkflow,
  renameWorkflow,
  restoreWorkflow,
  saveWorkflow,
} from "@/server/workflows/workflow-store";
import { byId, idSchema, procedure, queueProcedure, router } from "./procedure";

const name = z.string().trim().min(1, "Give the workflow a name.").max(120, "At most 120 characters.");

export const workflowsRouter = router({
  list: procedure.input(z.object({ removed: z.boolean().default(false) }).default({ removed: false })).query(({ ctx, input }) => listWorkflows(ctx.db, input)),

  get: procedure.input(byId).query(({ ctx, input }) => getWorkflow(ctx.db, input.id)),

  /** The workflow when others saved it: null while its version is still `than`. Open editors ask this all the time. */
  newer: procedure.input(z.object({ id: idSchema, than: z.int().min(1) })).query(({ ctx, input }) => findNewer(ctx.db, input.id, input.than)),

  /** Id and name of the workflow made at the first start, to the first who asks; null ever after. */
  takeFirst: procedure.mutation(({ ctx }) => takeFirstWorkflow(ctx.db)),

  /** Of a graph (an import), of a preset, or empty. */
  create: procedure
    .input(z.object({ name: name.optional(), graph: workflowSchema.optional(), presetId: idSchema.optional() }))
    .mutation(async ({ ctx, input }) => {
      const preset = input.presetId === undefined ? null : await findPreset(ctx.db, input.presetId);
      return createWorkflow(ctx.db, {
        name: input.name ?? preset?.name ?? "Untitled workflow",
        graph: input.graph ?? preset?.graph ?? emptyWorkflow,
      });
    }),

  /** CONFLICT, with the stored workflow as `data.current`, when somebody saved after `baseVersion`. */
  save: procedure
    .input(z.object({ id: idSchema, graph: workflowSchema, name: name.optional(), baseVersion: z.int().min(1) }))
    .mutation(({ ctx, input }) => saveWorkflow(ctx.db, input)),

  rename: procedure.input(z.object({ id: idSchema, name })).mutation(({ ctx, input }) => renameWorkflow(ctx.db, input.id, input.name)),

  duplicate: procedure.input(byId).mutation(({ ctx, input }) => duplicateWorkflow(ctx.db, input.id)),

  /** Hides the workflow and cancels its runs that have not ended; `restore` brings it back, with the runs it had. */
  remove: queueProcedure.input(byId).mutation(({ ctx, input }) => removeWorkflow(ctx.db, ctx.queue, input.id)),

  restore: procedure.input(byId).mutation(({ ctx, input }) => restoreWorkflow(ctx.db, input.id)),

  versions: procedure.input(byId).query(({ ctx, input }) => listVersions(ctx.db, input.id)),

  version: procedure
    .input(z.object({ id: idSchema, version: z.int().min(1) }))
    .query(({ ctx, input }) => getVersion(ctx.db, input.id, input.version)),
});
