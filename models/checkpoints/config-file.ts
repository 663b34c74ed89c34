/** A checkpoint's JSON files, checked against what is needed of them. */
import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { CheckpointError } from "./checkpoint-error";
import { realPath, type CheckpointRoot } from "./checkpoint-root";

/** Throws a CheckpointError naming the file, and the field, when it is missing, no JSON, or does not fit `schema`. */
export function readConfig<T>(root: CheckpointRoot, path: string, schema: z.ZodType<T>): T {
  return checkConfig(path, readJson(root, path), schema);
}

export function readOptionalConfig<T>(root: CheckpointRoot, path: string, schema: z.ZodType<T>): T | undefined {
  return existsSync(path) ? readConfig(root, path, schema) : undefined;
}

function readJson(root: CheckpointRoot, path: string): unknown {
  if (!existsSync(path)) throw new CheckpointError(`${path} does not exist. Download it, or check that the folder is a whole checkpoint.`);
  const real = realPath(root, path);
  try {
    return JSON.parse(readFileSync(real, "utf8"));
  } catch {
    throw new CheckpointError(`${path} is not JSON. Download it again.`);
  }
}

/** `path` is for messages. */
export function checkConfig<T>(path: string, content: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) {
    const absurd = absurdSize(parsed.data);
    if (absurd) throw new CheckpointError(`${path} does not fit. ${absurd}, which no model has. Download it again.`);
    return parsed.data;
  }
  const issues = parsed.error.issues.map(({ path: field, message }) => `${field.join(".") || "(top level)"}: ${message.replace(/^Invalid input: expected (.+), received undefined$/, "is missing ($1)")}`);
  throw new CheckpointError(`${path} does not fit. ${issues.join("; ")}. Check that it belongs to this kind of model.`);
}

/** Above every width, vocabulary and length there is; a graph over more would fill the memory before any weight is missed. */
const largestSize = 2 ** 24;

function absurdSize(config: unknown): string | undefined {
  for (const [field, value] of Object.entries(typeof config === "object" && config !== null ? config : {})) {
    if (typeof value === "number" && Math.abs(value) > largestSize && !field.endsWith("theta")) return `${field}: ${value}`;
  }
  return undefined;
}
