/** A checkpoint that cannot be used as it is. The message names the file, the tensor or field, and the way out. */
export class CheckpointError extends Error {
  override name = "CheckpointError";
}
