/** What a node's result is computed from, and how one computation differs from another in words. */
import { z } from "zod";
import type { NodeSpec } from "./define-node";
import { paramMeta } from "./param-form";

export const recipeSchema = z.object({
  type: z.string(),
  version: z.int(),
  /** Parsed, defaults filled in, without those that only label. */
  params: z.record(z.string(), z.json()),
  /** Content hash by connected input port. */
  inputs: z.record(z.string(), z.string()),
  /** Null for a node that runs no network. */
  checkpoint: z.string().nullable(),
  /** What may change bits with the same weights: provider, precision, versions. Null for a node that runs no network. */
  numericMode: z.string().nullable(),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** What every node of a run is computed with. */
export interface NumericEnvironment {
  /** The checkpoint's fingerprint. */
  readonly checkpoint: string;
  readonly numericMode: string;
}

/** The recipe of a node with these params (already parsed) and inputs (content hash by port). */
export function recipeOf(spec: NodeSpec, params: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, string>>, environment: NumericEnvironment): Recipe {
  const shape = spec.params.shape as Record<string, z.ZodType>;
  const matter = Object.entries(params).filter(([name]) => !(shape[name] && paramMeta(shape[name]).label));
  return {
    type: spec.type,
    version: spec.version,
    params: Object.fromEntries(matter) as Recipe["params"],
    inputs: { ...inputs },
    checkpoint: spec.usesCheckpoint ? environment.checkpoint : null,
    numericMode: spec.usesCheckpoint ? environment.numericMode : null,
  };
}

/** What differs between two recipes of one node, as a person calls it; empty when nothing does. */
export function differences(spec: NodeSpec, before: Recipe, now: Recipe): string[] {
  if (before.type !== now.type) return ["node type"];
  const shape = spec.params.shape as Record<string, z.ZodType>;
  const paramTitle = (name: string) => (shape[name] ? paramMeta(shape[name]).title : name);
  const names = (a: object, b: object) => [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const params = names(before.params, now.params).filter((name) => canonicalJson(before.params[name]) !== canonicalJson(now.params[name]));
  const inputs = names(before.inputs, now.inputs).filter((port) => before.inputs[port] !== now.inputs[port]);
  return [
    ...params.map(paramTitle),
    ...inputs.map((port) => spec.inputs[port]?.title ?? port),
    ...(before.version !== now.version ? ["node version"] : []),
    ...(before.checkpoint !== now.checkpoint ? ["checkpoint"] : []),
    ...(before.numericMode !== now.numericMode ? ["numeric mode"] : []),
  ];
}

/** JSON with the keys of every object in order, so that equal values give equal text. undefined counts as absent. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}
