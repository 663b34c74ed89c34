/** A request that cannot be granted, in words for the person who made it. Anything else thrown is a defect. */
import type { Refused } from "./api/contract";

export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: "BAD_REQUEST" | "NOT_FOUND" | "CONFLICT" | "SERVICE_UNAVAILABLE",
    message: string,
    readonly details: Refused = {},
  ) {
    super(message);
  }
}
