/** What pressing Run does to seeds: chosen before the run, so that the seed shown is the seed used and stored. */
import { modesOf } from "./nesting";
import { isParamInput } from "./param-inputs";
import { paramMeta } from "./param-form";
import { ancestors } from "./problems";
import { findSpec } from "./specs";
import { computingTargets } from "./subgraphs";
import type { Workflow, WorkflowNode } from "./workflow";

/** Short enough to read and to say to someone. */
const drawable = 2 ** 32;

/** A seed as a person would draw one: a whole number below 2³². `random` is Math.random, or what stands for it in a test. */
export const drawSeed = (random: () => number = Math.random): number => Math.floor(random() * drawable);

/** The seed after `seed`; 0 after the largest that a JSON number holds exactly. */
export const seedAfter = (seed: number): number => (seed >= Number.MAX_SAFE_INTEGER ? 0 : seed + 1);

/** Names of a node's seed params that are fields: one that is an input has its seed from elsewhere. */
export function seedParams(node: WorkflowNode): string[] {
  const shape = findSpec(node.type)?.params.shape ?? {};
  return Object.keys(shape).filter((name) => paramMeta(shape[name] as never).control === "seed" && !isParamInput(node, name));
}

/** Seeds that runs have used, by "<node>.<param>". */
export type UsedSeeds = ReadonlyMap<string, number>;

/** The seeds that a run of `nodeIds` uses in `workflow`. */
export function usedSeeds(workflow: Workflow, nodeIds: ReadonlySet<string>): UsedSeeds {
  const used = new Map<string, number>();
  for (const node of workflow.nodes) {
    if (!nodeIds.has(node.id)) continue;
    for (const name of seedParams(node)) {
      const seed = node.params[name];
      if (typeof seed === "number") used.set(`${node.id}.${name}`, seed);
    }
  }
  return used;
}

/** The nodes that a run for `targets` computes, a subgraph among them standing for what lies in it; for all when empty or absent. Muted and bypassed ones are not among them. */
export function nodesOfRun(workflow: Workflow, targets: readonly string[] = []): ReadonlySet<string> {
  const modes = modesOf(workflow);
  const wanted = targets.length > 0 ? computingTargets(workflow, targets) : workflow.nodes.map(({ id }) => id);
  return new Set(ancestors(workflow, wanted).filter((id) => !modes.has(id)));
}

interface SeedsBefore {
  /** The nodes wanted; all when empty. What they do not need keeps its seeds. */
  readonly targets?: readonly string[] | undefined;
  /** Of the runs before. A seed that counts up and was not used yet is used first: none is passed over. */
  readonly used?: UsedSeeds | undefined;
}

/**
 * The workflow as it is run now: random seeds drawn by `draw` (whole numbers from 0 to Number.MAX_SAFE_INTEGER), seeds that
 * count up one higher where the last run used the present one. Swept seeds and muted or bypassed nodes keep theirs.
 * The same object when no seed changes.
 */
export function withSeedsForRun(workflow: Workflow, draw: () => number, { targets = [], used = new Map() }: SeedsBefore = {}): Workflow {
  const needed = nodesOfRun(workflow, targets);
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    const mode = node.seedMode ?? "fixed";
    if (mode === "fixed" || !needed.has(node.id)) return node;
    const params = { ...node.params };
    for (const name of seedParams(node)) {
      if (node.sweeps && Object.hasOwn(node.sweeps, name)) continue;
      const seed = params[name];
      if (mode === "random") params[name] = draw();
      else if (typeof seed === "number" && used.get(`${node.id}.${name}`) === seed) params[name] = seedAfter(seed);
    }
    if (Object.keys(params).every((name) => params[name] === node.params[name])) return node;
    changed = true;
    return { ...node, params };
  });
  return changed ? { ...workflow, nodes } : workflow;
}
