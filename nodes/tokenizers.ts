/** The pipeline's tokenizers, each loaded once. */
import type { Pipeline } from "@/models/checkpoints/pipeline";
import { loadTokenizer, type Tokenizer } from "@/models/tokenizers/tokenizer";
import type { Models } from "./define-node";

/** Throws a CheckpointError naming the missing or broken file. */
export function tokenizerOf(models: Models, kind: keyof Pipeline["tokenizers"]): Promise<Tokenizer> {
  const folder = models.pipeline.tokenizers[kind];
  return models.once(`tokenizer ${folder}`, () => loadTokenizer(folder));
}
