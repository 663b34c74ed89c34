import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";
import { createPreset, findPreset, listPresets, listSubgraphs, presetKinds, removePreset } from "@/server/presets/preset-store";
import { byId, procedure, router } from "./procedure";

export const presetsRouter = router({
  /** Those that new workflows start from. */
  list: procedure.query(({ ctx }) => listPresets(ctx.db)),

  /** Subgraphs people keep, by name. */
  subgraphs: procedure.query(({ ctx }) => listSubgraphs(ctx.db)),

  get: procedure.input(byId).query(({ ctx, input }) => findPreset(ctx.db, input.id)),

  /** BAD_REQUEST for a subgraph that is not one card and what lies in it. */
  create: procedure
    .input(
      z.object({
        name: z.string().trim().min(1, "Give the preset a name.").max(120, "At most 120 characters."),
        description: z.string().trim().max(1000, "At most 1,000 characters.").default(""),
        graph: workflowSchema,
        kind: z.enum(presetKinds).default("workflow"),
      }),
    )
    .mutation(({ ctx, input }) => createPreset(ctx.db, input)),

  remove: procedure.input(byId).mutation(({ ctx, input }) => removePreset(ctx.db, input.id)),
});
