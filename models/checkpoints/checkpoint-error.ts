import { inEnglish, type Said, type SaidWords } from "../said";

/** A checkpoint that cannot be used as it is. The message names the file, the tensor or field, and the way out. */
export class CheckpointError extends Error {
  override name = "CheckpointError";
  readonly said: SaidWords;
  /** The message's last sentence says what to do. */
  constructor(message: Said, options?: ErrorOptions) {
    super(inEnglish(message), options);
    this.said = { message };
  }
}
