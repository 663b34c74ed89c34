import { z } from "zod";
import { workflowSchema } from "@/nodes/workflow";
import { createPreset, findPreset, listPresets, removePreset } from "@/server/presets/preset-store";
import { byId, procedure, router } from "./procedure";

export const presetsRouter = router({
  list: procedure.query(({ ctx }) => listPresets(ctx.db)),

  get: procedure.input(byId).query(({ ctx, input }) => findPreset(ctx.db, input.id)),

  create: procedure
    .input(
      z.object({
        name: z.string().trim().min(1, "Give the preset a name.").max(120, "At most 120 characters."),
        description: z.string().trim().max(1000, "At most 1,000 characters.").default(""),
        graph: workflowSchema,
      }),
    )
    .mutation(({ ctx, input }) => createPreset(ctx.db, input)),

  remove: procedure.input(byId).mutation(({ ctx, input }) => removePreset(ctx.db, input.id)),
});
