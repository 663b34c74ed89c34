/** A checkpoint's JSON files, checked against what is needed of them. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { quoted, said } from "../said";
import { CheckpointError } from "./checkpoint-error";
import { realPath, type CheckpointRoot } from "./checkpoint-root";
import { isThere, reading } from "./file-reading";

/** Throws a CheckpointError naming the file, and the field, when it is missing, cannot be read, is no JSON, or does not fit `schema`. */
export function readConfig<T>(root: CheckpointRoot, path: string, schema: z.ZodType<T>): T {
  return checkConfig(path, readJson(root, path), schema);
}

export function readOptionalConfig<T>(root: CheckpointRoot, path: string, schema: z.ZodType<T>): T | undefined {
  return isThere(path) ? readConfig(root, path, schema) : undefined;
}

function readJson(root: CheckpointRoot, path: string): unknown {
  if (!isThere(path)) throw new CheckpointError(said("{path} does not exist. Download it, or check that the folder is a whole checkpoint.", { path }));
  const text = reading(path, () => readFileSync(realPath(root, path), "utf8"));
  try {
    return JSON.parse(text);
  } catch {
    throw new CheckpointError(said("{path} is not JSON. Download it again.", { path }));
  }
}

const json = z.record(z.string(), z.unknown());

/** The whole of a file that holds an object. No number in it is held to be a size. */
export function readObject(root: CheckpointRoot, path: string): Record<string, unknown> {
  return fitting(path, readJson(root, path), json);
}

/** `path` is for messages. */
export function checkConfig<T>(path: string, content: unknown, schema: z.ZodType<T>): T {
  const config = fitting(path, content, schema);
  const absurd = absurdSize(config);
  if (absurd) throw new CheckpointError(said("{path} does not fit. {absurd}, which no model has. Download it again.", { path, absurd }));
  return config;
}

function fitting<T>(path: string, content: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path: field, message }) => `${field.join(".") || "(top level)"}: ${message.replace(/^Invalid input: expected (.+), received undefined$/, "is missing ($1)")}`);
  throw new CheckpointError(said("{path} does not fit. {issues}. Check that it belongs to this kind of model.", { path, issues: quoted(issues.join("; ")) }));
}

/** Above every width, vocabulary and length there is; a graph over more would fill the memory before any weight is missed. */
const largestSize = 2 ** 24;

/** The first number that is too large, in lists and objects too: "mrope_section.0: 1000000000". */
function absurdSize(config: unknown, above = ""): string | undefined {
  if (typeof config !== "object" || config === null) return undefined;
  for (const [key, value] of Object.entries(config)) {
    const field = above + key;
    if (typeof value === "number" && Math.abs(value) > largestSize && !key.endsWith("theta")) return `${field}: ${value}`;
    const below = absurdSize(value, `${field}.`);
    if (below) return below;
  }
  return undefined;
}
