/** Which nodes a run needs, each after the nodes it depends on, and what stands in the way. */
import { effectiveWorkflow } from "@/nodes/bypass";
import { ancestors, type Problem, workflowProblems } from "@/nodes/problems";
import type { SweepAxis } from "@/nodes/run-events";
import { runStarts, standsInTheWay, startProblems } from "@/nodes/run-starts";
import { findSpec } from "@/nodes/specs";
import { instancesOf, type NodeInstance, planSweeps } from "@/nodes/sweeps";
import type { Workflow } from "@/nodes/workflow";

export interface Plan {
  /** A node stands here once for every cell its sweeps tell apart. */
  readonly nodes: readonly NodeInstance[];
  /** Ids of the instances the run is for. */
  readonly targets: readonly string[];
  readonly axes: readonly SweepAxis[];
  /** Problems of the needed nodes only: an unfinished branch elsewhere keeps nothing from running. */
  readonly problems: readonly Problem[];
}

/** The plan for `targets` (of a subgraph, what it gives), or for every sink when none are chosen. Muted and bypassed nodes are not in it. */
export function planRun(workflow: Workflow, targets?: readonly string[]): Plan {
  const effective = effectiveWorkflow(workflow);
  const starts = runStarts(workflow, effective, targets);
  const needed = ancestors(effective, starts);
  const found = [...startProblems(workflow, starts, targets), ...workflowProblems(workflow).filter(standsInTheWay(effective, starts))];
  const sweeps = planSweeps(effective, new Set(needed));
  const chosen = new Set(starts);
  const instances = instancesOf(effective, needed, sweeps.axes);
  const nodes = withoutMereConstants(sweeps.axes.length > 0 ? cellByCell(instances) : instances, chosen);
  return {
    nodes,
    targets: nodes.filter(({ node }) => chosen.has(node.id)).map(({ id }) => id),
    axes: sweeps.axes,
    problems: [...found, ...sweeps.problems],
  };
}

/**
 * The same instances, each still after those it depends on, with what is quick right behind the last of what feeds it: a
 * sweep shows its pictures one after the other, and one that is cancelled or fails has those it got to. What takes a
 * large model stays with its like, so that no two of them take turns in the memory.
 */
function cellByCell(nodes: readonly NodeInstance[]): NodeInstance[] {
  const takers = new Map<string, NodeInstance[]>();
  for (const { id } of nodes) takers.set(id, []);
  for (const instance of nodes) for (const { source } of instance.edges) takers.get(source)?.push(instance);
  const ordered = new Map<string, NodeInstance>();
  for (const instance of nodes) {
    for (const next = [instance]; next.length > 0; ) {
      const first = next.shift()!;
      if (ordered.has(first.id)) continue;
      ordered.set(first.id, first);
      next.unshift(...(takers.get(first.id) ?? []).filter((taker) => isQuick(taker) && taker.edges.every(({ source }) => ordered.has(source))));
    }
  }
  return [...ordered.values()];
}

function isQuick({ node }: NodeInstance): boolean {
  const spec = findSpec(node.type);
  return spec !== undefined && (spec.quick === true || !spec.usesCheckpoint);
}

/** A constant that feeds nothing but params has nothing to compute: its value is written into them. */
function withoutMereConstants(nodes: readonly NodeInstance[], chosen: ReadonlySet<string>): NodeInstance[] {
  const used = new Set(nodes.flatMap(({ edges }) => edges.map(({ source }) => source)));
  return nodes.filter(({ id, node }) => findSpec(node.type)?.constant === undefined || chosen.has(node.id) || used.has(id));
}
