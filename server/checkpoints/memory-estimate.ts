/**
 * What pictures take while they are made, by estimate, so that one too large can be said before it is begun.
 *
 * Measured on bifrost-mini (ONNX Runtime 1.30, CPU, a process of its own for each figure, peak of the resident memory
 * over what it was with the graph open, mapped files left out):
 *
 * - decoder of the autoencoder: 555, 532, 539, 536 bytes per pixel at 256, 512, 1,024, 2,048 px. That is 4.2 float32
 *   maps, at the picture's full size, of what its last level takes: 32 channels.
 * - FLUX transformer: 19.8, 18.9, 18.2 kB per token at 512, 1,024, 2,048 px: 24.7 float32 vectors of its width, 192. Its
 *   attention holds no scores (docs/decisions/0011).
 *
 * A whole run of one step and its picture took 360, 892 and 2,761 MB at 512, 1,024 and 2,048 px in the runner, mapped
 * files left out. With 80 bytes per pixel for the picture itself (as float32, as 8 bits, encoded) and 140 MB for a
 * runner, the estimate is 365, 850 and 2,790 MB.
 *
 * Other checkpoints differ in these widths, by which the figures are scaled. Weights that stay mapped are not counted:
 * the system drops their pages when memory is short.
 */
import { openPipeline } from "@/models/checkpoints/pipeline";
import type { MemoryEstimate } from "@/server/api/contract";
import type { Settings } from "@/server/settings";
import { isMapped } from "../sessions/session-memory";

const float32 = 4;
const mapsPerPixel = 4.2;
const vectorsPerToken = 24.7;
/** Text tokens of FLUX's T5 at most. */
const textTokens = 512;
/** A runner before it opens anything. */
const emptyRunner = 140e6;
/** A decoded picture as it is handed on, kept and encoded; the same for every checkpoint. */
const picturePixel = 80;

/** Null without a limit, where networks run elsewhere than in this memory, and for a checkpoint that cannot be opened. */
export function estimateMemory({ checkpointDir, provider, runMemoryLimit, sessionMemory }: Pick<Settings, "checkpointDir" | "provider" | "runMemoryLimit" | "sessionMemory">): MemoryEstimate | null {
  if (runMemoryLimit === 0 || provider !== "cpu") return null;
  try {
    const { autoencoder, transformer, controlnet, t5, clip, bifrost } = openPipeline(checkpointDir);
    const [first, second = first!] = autoencoder.config.block_out_channels;
    const { num_attention_heads: heads, attention_head_dim: headDim } = transformer.config;
    const files = [autoencoder, transformer, controlnet, t5, clip, bifrost].map(({ weights }) => weights.headers.reduce((sum, { size }) => sum + size, 0));
    // Widened to float32 where they are not mapped; the least recently used make room above SESSION_MEMORY.
    const held = files.filter((bytes) => !isMapped(provider, bytes)).reduce((sum, bytes) => sum + 2 * bytes, 0);
    return {
      limit: runMemoryLimit,
      resident: emptyRunner + Math.min(held, sessionMemory),
      decoderPixel: mapsPerPixel * float32 * Math.max(first!, second) + picturePixel,
      samplerToken: vectorsPerToken * float32 * heads * headDim,
      textTokens,
    };
  } catch {
    // Said by describeCheckpoint.
    return null;
  }
}
