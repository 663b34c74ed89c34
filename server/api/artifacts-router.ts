import { said } from "@/models/said";
import { artifactSchema } from "@/nodes/run-events";
import { describeArtifact } from "@/server/artifacts/description";
import { ArtifactError } from "@/server/artifacts/store";
import { Refusal } from "@/server/refusal";
import { procedure, router } from "./procedure";

export const artifactsRouter = router({
  /** Names, dtypes and shapes of an artifact's tensors. The bytes themselves come from /api/artifacts. */
  describe: procedure.input(artifactSchema.pick({ hash: true, kind: true })).query(async ({ ctx, input }) => {
    try {
      const description = await describeArtifact(ctx.artifacts, input);
      // Being looked at counts as use: a saved tensor that a graph is about to name must not make room meanwhile.
      await ctx.artifacts.touch([input]);
      return description;
    } catch (error) {
      // The error's own words name a path on the server.
      if (error instanceof ArtifactError) throw new Refusal("NOT_FOUND", said("This artifact is gone or damaged."), { remedy: said("Run the node that made it anew.") });
      throw error;
    }
  }),
});
