/** A sweep's cells in a run: which instance of a node to look at, and what its instances add up to. */
import type { NodeState, RunState, SweepAxis } from "@/nodes/run-events";
import { cellOf, nodeIdOf } from "@/nodes/sweeps";
import { grouped, remembered } from "./lookup";

type Nodes = RunState["nodes"];

const byNode = remembered((nodes: Nodes) => grouped(Object.keys(nodes), nodeIdOf));

/** Instances of a node, in the order they are made; one, named like the node, where no sweep reaches it. */
export function instancesIn(nodes: Nodes, id: string): readonly string[] {
  return byNode(nodes).get(id) ?? [];
}

export const isSwept = (instances: readonly string[]) => instances[0]?.includes("@") === true;

/** Every combination of the axes' values as indices. */
export function cellsInOrder(axes: readonly SweepAxis[], zipped: boolean): number[][] {
  if (axes.length === 0) return [];
  if (zipped) return axes[0]!.values.map((_, at) => axes.map(() => at));
  return axes.reduce<number[][]>((cells, { values }) => cells.flatMap((cell) => values.map((_, at) => [...cell, at])), [[]]);
}

/** Whether an instance belongs to a cell: its indices are the cell's on every axis that reaches it. */
export function isOfCell(instance: string, axes: readonly SweepAxis[], cell: readonly number[]): boolean {
  return cellOf(instance, axes).every((index, axis) => index === null || index === cell[axis]);
}

/** The one at work, else the last that has something to show, else the last that failed, else the first. */
function newest(nodes: Nodes, instances: readonly string[]): string | undefined {
  const last = (status: NodeState["status"]) => instances.findLast((instance) => nodes[instance]?.status === status);
  return last("running") ?? last("done") ?? last("failed") ?? instances[0];
}

export function lookedInstance({ nodes, axes }: RunState, id: string, cell: readonly number[] | null): string | undefined {
  if (nodes[id]) return id;
  const instances = instancesIn(nodes, id);
  return (cell && instances.find((instance) => isOfCell(instance, axes, cell))) ?? newest(nodes, instances);
}

export interface SweepCount {
  readonly total: number;
  readonly done: number;
  readonly reused: number;
  readonly failed: number;
  readonly running: number;
  readonly notRun: number;
}

/** How far the instances of a node are; null for a node that no sweep reaches. */
export function sweepCount(nodes: Nodes, id: string): SweepCount | null {
  const instances = instancesIn(nodes, id);
  if (!isSwept(instances)) return null;
  const count = { total: instances.length, done: 0, reused: 0, failed: 0, running: 0, notRun: 0 };
  for (const instance of instances) {
    const node = nodes[instance]!;
    if (node.status === "done") {
      count.done++;
      if (node.reused) count.reused++;
    } else if (node.status === "failed") count.failed++;
    else if (node.status === "running") count.running++;
    else if (node.status === "not-run") count.notRun++;
  }
  return count;
}

/** The status of a node as a whole: at work while any instance has still to run, failed when one failed. */
export function overallStatus(nodes: Nodes, id: string): NodeState["status"] | undefined {
  const count = sweepCount(nodes, id);
  if (!count) return nodes[id]?.status;
  const ended = count.done + count.failed + count.notRun;
  if (count.running > 0 || (ended > 0 && ended < count.total)) return "running";
  if (ended === 0) return "waiting";
  if (count.failed > 0) return "failed";
  return count.notRun > 0 ? "not-run" : "done";
}
