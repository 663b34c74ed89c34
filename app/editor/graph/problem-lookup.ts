/** The workflow's problems by node, computed again only when something other than a position changed. */
import { effectiveWorkflow } from "@/nodes/bypass";
import { type Problem, workflowProblems } from "@/nodes/problems";
import { runStarts, standsInTheWay, startProblems } from "@/nodes/run-starts";
import { sweepsBefore } from "@/nodes/sweeps";
import { edgeId, type Workflow } from "@/nodes/workflow";
import type { MemoryEstimate } from "@/server/api/contract";
import { grouped } from "./lookup";
import { memoryProblems } from "./memory-problems";

export interface ProblemIndex {
  /** What keeps everything the workflow makes from running. */
  readonly blocking: readonly Problem[];
  /** Of nodes whose results nobody needs. */
  readonly beside: readonly Problem[];
  /** How many cells the workflow's sweeps make; 1 without any. */
  readonly cells: number;
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
}

const none: readonly Problem[] = [];
let memory: MemoryEstimate | null = null;

/** What the worker says of its memory, from when it has been heard of. True when that is news. */
export function noteMemory(next: MemoryEstimate | null): boolean {
  if (JSON.stringify(next) === JSON.stringify(memory)) return false;
  memory = next;
  last = null;
  return true;
}

let last: { workflow: Workflow; index: ProblemIndex } | null = null;

const sameKeys = ["id", "params", "type", "title", "mode", "sweeps", "paramInputs", "inside", "exposed"] as const;

/** Led through other places, perhaps. */
function sameEdges(a: Workflow["edges"], b: Workflow["edges"]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((edge, index) => edge === b[index] || edgeId(edge) === edgeId(b[index]!));
}

function onlyMoved(a: Workflow, b: Workflow): boolean {
  if (!sameEdges(a.edges, b.edges) || a.nodes.length !== b.nodes.length || a.sweepMode !== b.sweepMode) return false;
  return a.nodes.every((node, index) => {
    const other = b.nodes[index];
    return other === node || (other !== undefined && sameKeys.every((key) => node[key] === other[key]));
  });
}

export function problemIndex(workflow: Workflow): ProblemIndex {
  if (last?.workflow === workflow) return last.index;
  if (last && onlyMoved(last.workflow, workflow)) {
    // Every card asks about the same workflow: it is compared once.
    last = { workflow, index: last.index };
    return last.index;
  }
  const effective = effectiveWorkflow(workflow);
  const starts = runStarts(workflow, effective, undefined);
  const sweeps = sweepsBefore(effective, []);
  const all = [...workflowProblems(workflow), ...sweeps.problems, ...memoryProblems(workflow, memory)];
  const blocks = standsInTheWay(effective, starts);
  // That it makes nothing, an empty canvas says by itself.
  const blocking = [...(workflow.nodes.length === 0 ? none : startProblems(workflow, starts, undefined)), ...all.filter(blocks)];
  const beside = all.filter((problem) => !blocks(problem));
  last = { workflow, index: { blocking, beside, cells: sweeps.cells, byNode: grouped(all, (problem) => problem.nodeId) } };
  return last.index;
}

export function problemsOf(workflow: Workflow, nodeId: string): readonly Problem[] {
  return problemIndex(workflow).byNode.get(nodeId) ?? none;
}
