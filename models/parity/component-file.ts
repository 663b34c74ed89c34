/** component.json of a parity bundle: what the bundle is of, and how close is close enough. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { CheckpointError } from "../checkpoints/checkpoint-error";
import { quoted } from "../said";

export const architectures = [
  "flux-transformer", "flux-controlnet", "t5-encoder", "clip-text", "qwen-vision", "qwen-text", "visual-branch", "autoencoder-encoder", "autoencoder-decoder",
] as const;
export type Architecture = (typeof architectures)[number];

/** Errors as 1 of an output's largest value would let all zeros pass. */
const toleranceRange = "should be a number above 0 and below 1, a part of each output's largest value, such as 2e-4";

const fields = z.object({
  architecture: z.enum(architectures, { error: ({ input }) => `${input === undefined ? "is missing" : `is ${JSON.stringify(input).slice(0, 80)}`}. There are: ${architectures.join(", ")}` }),
  tolerance: z.number({ error: toleranceRange }).gt(0, toleranceRange).lt(1, toleranceRange).default(2e-4),
});
const keys = Object.keys(fields.shape).join(", ");

const example = '{"architecture": "flux-transformer", "tolerance": 2e-4}';

/** Throws a CheckpointError naming the field that does not fit and what it may be. */
export function readComponentFile(path: string): z.infer<typeof fields> {
  if (!existsSync(path)) throw new CheckpointError(quoted(`${path} is missing. A parity bundle says there what it is, such as ${example}.`));
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new CheckpointError(quoted(`${path} is not JSON. Write it like ${example}.`));
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new CheckpointError(quoted(`${path} is not a JSON object. Write it like ${example}.`));
  const strays = Object.keys(json).filter((key) => !Object.hasOwn(fields.shape, key)).map((key) => `"${key}"`);
  if (strays.length > 0) throw new CheckpointError(quoted(`${path} has ${strays.join(", ")}, which means nothing here. Its keys may be: ${keys}.`));
  const parsed = fields.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new CheckpointError(quoted(`${path}: ${parsed.error.issues.map(({ path: field, message }) => `${field.join(".")} ${message}`).join("; ")}.`));
}
