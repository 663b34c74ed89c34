/** How the ports of a card stand, be it a node's, a subgraph's or the border's. */
import { isSubgraph } from "@/nodes/nesting";
import type { Workflow } from "@/nodes/workflow";
import { placesBehind } from "./level-edges";
import { isUsed, nodeOf } from "./lookup";
import { problemsOf } from "./problem-lookup";

const isPlain = (workflow: Workflow, card: string) => {
  const node = nodeOf(workflow, card);
  return node !== undefined && !isSubgraph(node);
};

/** Whether something is connected to it. */
export function isUsedOn(workflow: Workflow, card: string, port: string, side: "input" | "output"): boolean {
  if (isPlain(workflow, card)) return isUsed(workflow, card, port, side);
  return placesBehind(workflow, card, side === "input" ? "inputs" : "outputs", port).some(({ node, port: inner }) => isUsed(workflow, node, inner, side));
}

/** Whether an input has a problem. */
export function portProblem(workflow: Workflow, card: string, port: string): boolean {
  if (isPlain(workflow, card)) return problemsOf(workflow, card).some((problem) => problem.port === port);
  return placesBehind(workflow, card, "inputs", port).some((place) => problemsOf(workflow, place.node).some((problem) => problem.port === place.port));
}
