/** Where a run begins to ask, and what it needs: which of a workflow's problems keep it from running. */
import { mutedNodes } from "./bypass";
import { modesOf } from "./nesting";
import { ancestors, problem, type Problem } from "./problems";
import { said } from "./said";
import { findSpec } from "./specs";
import { computingTargets } from "./subgraphs";
import type { Workflow } from "./workflow";

/** Ids of the nodes a run is for: `targets` (of a subgraph, what it gives), or every sink that is neither muted nor bypassed when there are none. `effective` is the workflow as it runs. */
export function runStarts(workflow: Workflow, effective: Workflow, targets: readonly string[] | undefined): string[] {
  return targets?.length ? computingTargets(workflow, targets) : effective.nodes.filter((node) => findSpec(node.type)?.sink).map((node) => node.id);
}

/** Why there is nothing to begin with, or why one of the `starts` cannot be computed. */
export function startProblems(workflow: Workflow, starts: readonly string[], targets: readonly string[] | undefined): Problem[] {
  const muted = mutedNodes(workflow);
  if (starts.length === 0) {
    if (targets?.length) return [problem({}, said("There is nothing in this subgraph to run."), said("Open it and add a node, or choose another."))];
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

/** Whether a problem stands in the way of a run for `starts`: not one of a branch whose result nobody needs. `effective` is the workflow as it runs. */
export function standsInTheWay(effective: Workflow, starts: readonly string[]): (problem: Problem) => boolean {
  const needed = new Set(ancestors(effective, starts));
  return ({ nodeId }) => nodeId === undefined || needed.has(nodeId);
}
