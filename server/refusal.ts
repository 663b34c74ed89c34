/** A request that cannot be granted, in words for the person who made it. Anything else thrown is a defect. */
import { inEnglish, type Said, saidMessage } from "@/models/said";
import type { Refused } from "./api/contract";

export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly details: Refused;
  constructor(
    readonly code: "BAD_REQUEST" | "NOT_FOUND" | "CONFLICT" | "SERVICE_UNAVAILABLE",
    message: Said,
    { remedy, ...details }: Pick<Refused, "problems" | "current"> & { remedy?: Said | undefined } = {},
  ) {
    super(inEnglish(message));
    const { message: _, ...words } = saidMessage(message, remedy);
    this.details = { ...details, ...words };
  }
}
