/** The pipeline's tokenizers, each loaded once. */
import type { Pipeline } from "@/models/checkpoints/pipeline";
import { loadTokenizer, type Tokenizer } from "@/models/tokenizers/tokenizer";
import { NodeError, type Models } from "./define-node";

/** Throws a NodeError naming the missing or broken file. */
export function tokenizerOf(models: Models, kind: keyof Pipeline["tokenizers"]): Promise<Tokenizer> {
  const folder = models.pipeline.tokenizers[kind];
  return models.once(`tokenizer ${folder}`, () =>
    loadTokenizer(folder).catch((error: unknown) => {
      // Its messages name file and remedy already.
      throw new NodeError(error instanceof Error ? error.message : String(error));
    }),
  );
}
