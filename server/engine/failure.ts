/** Turns whatever was thrown into a sentence for the node, never a stack. */
import { CheckpointError } from "@/models/checkpoints/safetensors";
import { NodeError } from "@/nodes/define-node";
import { ArtifactError } from "@/server/artifacts/store";
import type { Flaw } from "./execute";

export interface Failure {
  readonly message: string;
  readonly remedy?: string;
}

/** What to show for `error`. Errors not meant for people get a general sentence; their details belong in the log. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof NodeError || error instanceof ArtifactError) {
    return { message: error.message, ...(error.remedy !== undefined && { remedy: error.remedy }) };
  }
  // A CheckpointError's last sentence is its remedy already.
  if (error instanceof CheckpointError) return { message: error.message };
  const said = error instanceof Error ? firstLine(error.message) : "";
  return {
    message: said ? `This node failed: ${said}` : "This node failed for an unknown reason.",
    remedy: "Run it again; if it fails again, please report it with the workflow file and the server's log.",
  };
}

/** What has become of a file that could not be read, as the reason why it is computed again. */
export function flawBehind(error: unknown): Flaw {
  return error instanceof ArtifactError && error.reason === "damaged" ? "damaged" : "evicted";
}

export function isExpected(error: unknown): boolean {
  return error instanceof NodeError || error instanceof ArtifactError || error instanceof CheckpointError;
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
