/** Something the person at the terminal can mend; the message is all that is printed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
