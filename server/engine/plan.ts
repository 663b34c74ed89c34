/** Which nodes a run needs, each after the nodes it depends on, and what stands in the way. */
import { said } from "@/models/said";
import { effectiveWorkflow, mutedNodes } from "@/nodes/bypass";
import { modesOf } from "@/nodes/nesting";
import { ancestors, problem, type Problem, workflowProblems } from "@/nodes/problems";
import type { SweepAxis } from "@/nodes/run-events";
import { findSpec } from "@/nodes/specs";
import { computingTargets } from "@/nodes/subgraphs";
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
  const starts = targets?.length ? computingTargets(workflow, targets) : effective.nodes.filter((node) => findSpec(node.type)?.sink).map((node) => node.id);
  const needed = ancestors(effective, starts);
  const wanted = new Set(needed);
  const found = [...startProblems(starts, workflow, Boolean(targets?.length)), ...workflowProblems(workflow).filter(({ nodeId }) => nodeId === undefined || wanted.has(nodeId))];
  const sweeps = planSweeps(effective, wanted);
  const chosen = new Set(starts);
  const nodes = withoutMereConstants(instancesOf(effective, needed, sweeps.axes), chosen);
  return {
    nodes,
    targets: nodes.filter(({ node }) => chosen.has(node.id)).map(({ id }) => id),
    axes: sweeps.axes,
    problems: [...found, ...sweeps.problems],
  };
}

/** A constant that feeds nothing but params has nothing to compute: its value is written into them. */
function withoutMereConstants(nodes: readonly NodeInstance[], chosen: ReadonlySet<string>): NodeInstance[] {
  const used = new Set(nodes.flatMap(({ edges }) => edges.map(({ source }) => source)));
  return nodes.filter(({ id, node }) => findSpec(node.type)?.constant === undefined || chosen.has(node.id) || used.has(id));
}

function startProblems(starts: readonly string[], workflow: Workflow, emptyTargets: boolean): Problem[] {
  const muted = mutedNodes(workflow);
  if (starts.length === 0) {
    if (emptyTargets) return [problem({}, said("There is nothing in this subgraph to run."), said("Open it and add a node, or choose another."))];
    const silenced = workflow.nodes.some((node) => muted.has(node.id) && findSpec(node.type)?.sink);
    if (silenced) return [problem({}, said("Everything this workflow would make is muted."), said("Unmute a node, or choose a node and run up to it."))];
    return [problem({}, said("This workflow makes nothing yet."), said("Add a Save Image node, or choose a node and run up to it."))];
  }
  const ids = new Set(workflow.nodes.map(({ id }) => id));
  const modes = modesOf(workflow);
  return starts.flatMap((id): Problem[] => {
    if (!ids.has(id)) return [problem({}, said("There is no node “{id}” to run.", { id }), said("Choose a node of this workflow."))];
    if (muted.has(id)) return [problem({ nodeId: id }, said("This node is muted, or depends on one that is."), said("Unmute it to run it."))];
    if (modes.get(id) === "bypassed") return [problem({ nodeId: id }, said("This node is bypassed and computes nothing."), said("Take it out of bypass to run it."))];
    return [];
  });
}
