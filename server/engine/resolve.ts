/** What of a plan is there already and what must run, before anything runs (docs/decisions/0012). */
import type { SaidMessage } from "@/models/said";
import { differences, type NumericEnvironment, type Recipe, recipeOf } from "@/nodes/recipe";
import type { Output, StoredFrame, Why } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import type { NodeInstance } from "@/nodes/sweeps";
import { nodeIdOf } from "@/nodes/sweeps";
import { contentHash, recipeKey } from "./content-hash";
import type { Plan } from "./plan";

/** A result that was computed before. */
export interface StoredResult {
  readonly outputs: Readonly<Record<string, Output>>;
  readonly frames: readonly StoredFrame[];
  readonly notices: readonly SaidMessage[];
  readonly seconds: number;
  /** Whether the files of its outputs are there. */
  readonly present: boolean;
}

export interface KeyedRecipe {
  readonly key: string;
  readonly recipe: Recipe;
}

/** What is known of earlier results. */
export interface Memory {
  /** Results by key; keys without one are left out. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, StoredResult>>;
  /** What this workflow's nodes were last computed from, by instance id. */
  readonly last: Readonly<Record<string, KeyedRecipe>>;
  /** Whether `find` comes to know, a moment later, what this run computes. */
  readonly keepsNew: boolean;
}

export const noMemory: Memory = { find: async () => new Map(), last: {}, keepsNew: false };

/** Whether a node is to be computed although its result is there. `forced` holds node ids, or "*". */
export function isForced(forced: readonly string[], instance: string): boolean {
  return forced.includes("*") || forced.includes(nodeIdOf(instance));
}

/** The node's recipe and key; null when it needs a checkpoint that cannot be opened, or its params cannot be read. */
export function keyOf({ node }: Pick<NodeInstance, "node">, inputs: Readonly<Record<string, string>>, environment: NumericEnvironment | null): KeyedRecipe | null {
  const spec = findSpec(node.type);
  const params = spec?.params.safeParse(node.params);
  if (!spec || !params?.success || (spec.usesCheckpoint && !environment)) return null;
  const recipe = recipeOf(spec, params.data, inputs, environment ?? { checkpoint: "", numericMode: "" });
  return { recipe, key: recipeKey(recipe) };
}

/** Why a node with this recipe is computed now. `lost`: it was there once, and its files are gone. */
export function whyComputed(instance: NodeInstance, keyed: KeyedRecipe | null, last: Memory["last"], lost: boolean, forced: boolean): Why {
  if (forced) return { kind: "forced" };
  if (lost) return { kind: "evicted" };
  const before = lastOf(last, instance.id);
  const spec = findSpec(instance.node.type);
  if (!before || !keyed || !spec) return { kind: "first-time" };
  const what = differences(spec, before.recipe, keyed.recipe);
  // A recipe is remembered together with its result: one that is not there any more was forgotten with its files.
  return what.length === 0 ? { kind: "evicted" } : { kind: "changed", what };
}

export function whyReused(instance: NodeInstance, key: string, last: Memory["last"]): Why {
  return { kind: lastOf(last, instance.id)?.key === key ? "unchanged" : "computed-before" };
}

/** A swept node's cell is compared with itself, or with the node before it was swept. */
function lastOf(last: Memory["last"], instance: string): KeyedRecipe | undefined {
  return last[instance] ?? last[nodeIdOf(instance)];
}

export interface Resolution {
  /** Results that are known, present or not. */
  readonly stored: ReadonlyMap<string, KeyedRecipe & { result: StoredResult }>;
  /** Instances that must run, as far as can be known before. */
  readonly run: ReadonlySet<string>;
  /** Keys that were asked for and have no result. */
  readonly absent: ReadonlySet<string>;
}

/**
 * Forwards: keys of all nodes whose inputs' contents are known, and the results they name; one question per layer of
 * nodes that is not known from the last run. Backwards from the targets: what must run because its result, or the files
 * of it, are missing. What is needed only by something that is there need not be.
 */
export async function resolvePlan(plan: Plan, environment: NumericEnvironment | null, memory: Memory, forced: readonly string[]): Promise<Resolution> {
  const stored = new Map<string, KeyedRecipe & { result: StoredResult }>();
  const absent = new Set<string>();
  const known = new Map(await memory.find([...new Set(Object.values(memory.last).map(({ key }) => key))]));
  let waiting = [...plan.nodes];
  for (;;) {
    const asked = new Map<string, KeyedRecipe>();
    const later: NodeInstance[] = [];
    for (const instance of waiting) {
      const inputs = storedInputs(instance, stored);
      if (inputs === "unknown") {
        later.push(instance);
        continue;
      }
      const keyed = inputs && keyOf(instance, inputs, environment);
      if (!keyed) continue;
      const result = known.get(keyed.key);
      if (result) stored.set(instance.id, { ...keyed, result });
      else asked.set(instance.id, keyed);
    }
    if (asked.size > 0) {
      const found = await memory.find([...new Set([...asked.values()].map(({ key }) => key))]);
      for (const [id, keyed] of asked) {
        const result = found.get(keyed.key);
        if (result) stored.set(id, { ...keyed, result });
        else absent.add(keyed.key);
      }
    }
    // Whatever still waits depends on something without a result.
    if (later.length === waiting.length || later.length === 0) break;
    waiting = later;
  }
  return { stored, run: mustRun(plan, stored, forced), absent };
}

/** Content hash by port; "unknown" while a source has no result yet. */
function storedInputs({ edges }: NodeInstance, stored: ReadonlyMap<string, { result: StoredResult }>): Record<string, string> | "unknown" {
  const inputs: Record<string, string> = {};
  for (const { source, sourcePort, targetPort } of edges) {
    const output = stored.get(source)?.result.outputs[sourcePort];
    if (!output) return "unknown";
    inputs[targetPort] = contentHash(output);
  }
  return inputs;
}

function mustRun(plan: Plan, stored: ReadonlyMap<string, { result: StoredResult }>, forced: readonly string[]): Set<string> {
  const byId = new Map(plan.nodes.map((instance) => [instance.id, instance]));
  const run = new Set<string>();
  // A forced node is computed even where nothing that is missing needs it.
  const next = [...plan.targets, ...plan.nodes.map(({ id }) => id).filter((id) => isForced(forced, id))];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (run.has(id) || (stored.get(id)?.result.present && !isForced(forced, id))) continue;
    run.add(id);
    next.push(...(byId.get(id)?.edges.map(({ source }) => source) ?? []));
  }
  return run;
}
