/** Turns whatever was thrown into a sentence for the node, never a stack. */
import { CheckpointError } from "@/models/checkpoints/safetensors";
import { quoted, said, saidMessage, type SaidMessage, sentences } from "@/models/said";
import { NodeError } from "@/nodes/define-node";
import { ArtifactError } from "@/server/artifacts/store";
import type { Flaw } from "./contract";

export type Failure = Readonly<SaidMessage>;

/** What to show for `error`. Errors not meant for people get a general sentence; their details belong in the log. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof NodeError || error instanceof ArtifactError || error instanceof CheckpointError) return saidMessage(error.said.message, error.said.remedy);
  const why = error instanceof Error ? firstLine(error.message) : "";
  return saidMessage(
    why ? said("This node failed: {why}", { why: quoted(why) }) : said("This node failed for an unknown reason."),
    said("Run it again; if it fails again, please report it with the workflow file and the server's log."),
  );
}

/** Message and remedy in one, as a run says why it failed. */
export function failureOfRun({ message, remedy, said: words }: Failure): Pick<Failure, "message" | "said"> {
  return { message: [message, remedy].filter(Boolean).join(" "), ...(words && { said: { message: words.remedy ? sentences(words.message, words.remedy) : words.message } }) };
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
