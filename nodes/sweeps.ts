/**
 * Sweeps: params that take several values. The nodes a sweep reaches stand in the plan once per value; those it does not
 * reach stand there once and are shared.
 *
 * An instance's id is the node's own where no sweep reaches it, else "<node>@<i>.<j>…": the value's index on each axis,
 * "*" for axes that do not reach the node. Node ids hold no "@".
 */
import { issueWords } from "./issue-words";
import type { SweepAxis } from "./run-events";
import { ancestors, problem, type Problem } from "./problems";
import { constantValue, feedsParam, isParamInput, type ParamSource, paramSources, withFedParams } from "./param-inputs";
import { paramMeta } from "./param-form";
import { inEnglish, type Said, said } from "@/models/said";
import { findSpec } from "./specs";
import type { Sweep, Workflow, WorkflowEdge, WorkflowNode } from "./workflow";

/** More cells than this are refused with their count: each is a picture somebody must want to look at. */
export const mostCells = 1000;

export interface SweepPlan {
  readonly axes: readonly SweepAxis[];
  /** Pictures, so to speak: combinations of values. 1 without sweeps. */
  readonly cells: number;
  readonly problems: readonly Problem[];
}

export interface NodeInstance {
  /** As events name it. */
  readonly id: string;
  /** With the params of its cell, those that are fed included, and without sweeps. */
  readonly node: WorkflowNode;
  /** Edges into it, between instance ids. */
  readonly edges: readonly WorkflowEdge[];
}

/** How many values a sweep has, without making them. A range that goes nowhere (from 1 to 5 by −1) has none. */
export function sweepLength(sweep: Sweep): number {
  if (sweep.kind === "list") return sweep.values.length;
  // Half a millionth of a step forgives sums like 0.1 + 0.2.
  return Math.max(0, Math.floor((sweep.to - sweep.from) / sweep.step + 1e-6) + 1);
}

/** Values of a range are rounded to 12 significant digits: 0.1 + 0.2 is 0.3 here. */
export function sweepValues(sweep: Sweep): unknown[] {
  if (sweep.kind === "list") return sweep.values;
  return Array.from({ length: sweepLength(sweep) }, (_, i) => Number((sweep.from + i * sweep.step).toPrecision(12)));
}

/** The sweeps among `nodeIds`, their cells, and what keeps them from running. Makes no values where there are too many. */
export function planSweeps(workflow: Workflow, nodeIds: ReadonlySet<string>): SweepPlan {
  const found = workflow.nodes
    .filter(({ id }) => nodeIds.has(id))
    .flatMap((node) => inParamOrder(node).map(([name, sweep]) => ({ node, name, sweep, length: sweepLength(sweep) })));
  if (found.length === 0) return { axes: [], cells: 1, problems: [] };
  const problems: Problem[] = [];
  for (const { node, name, length } of found) {
    const place = { nodeId: node.id, param: name };
    const spec = findSpec(node.type);
    if (spec && !Object.hasOwn(spec.params.shape, name)) problems.push(problem(place, said("{node} has no param “{param}” to sweep.", { node: spec.title, param: name }), said("Remove the sweep.")));
    if (isParamInput(node, name)) problems.push(problem(place, said("{param} is an input: what comes in holds, whatever its sweep says.", { param: titleSaid(node, name) }), said("Remove the sweep, or make the param a field again.")));
    if (length === 0) problems.push(problem(place, said("The sweep of {param} has no values.", { param: titleSaid(node, name) }), said("Let its step lead from the first value to the last.")));
  }
  const lengths = found.map(({ length }) => length);
  const zipped = workflow.sweepMode === "zip";
  const cells = zipped ? Math.max(...lengths) : lengths.reduce((product, length) => product * length, 1);
  if (zipped && new Set(lengths).size > 1) {
    const counts = found.map(({ node, name, length }) => said("{param} has {count}", { param: titleSaid(node, name), count: length.toLocaleString("en") }));
    const listed = counts.reduce((first, second) => said("{first}, {second}", { first, second }));
    problems.push(problem({ nodeId: found[0]!.node.id, param: found[0]!.name }, said("Sweeps that go in step need equally many values: {counts}.", { counts: listed }), said("Give them the same number of values, or combine them as a grid.")));
  } else if (cells > mostCells) {
    problems.push(problem({ nodeId: found[0]!.node.id, param: found[0]!.name }, said("This sweep makes {cells} cells; at most {most} run at once.", { cells: cells.toLocaleString("en"), most: mostCells.toLocaleString("en") }), said("Take fewer values.")));
  }
  if (problems.length > 0) return { axes: [], cells, problems };
  const axes = found.map(({ node, name, sweep }): SweepAxis => ({ nodeId: node.id, param: name, title: titleOf(node, name), values: sweepValues(sweep) as SweepAxis["values"] }));
  const fed = { ...workflow, nodes: withFedParams(workflow) };
  return { axes, cells, problems: axes.flatMap((axis) => [...valueProblems(axis, fed), ...fedProblems(axis, fed, nodeIds)]) };
}

/** A node's sweeps in the order of its spec's params: a database may give an object's keys back in another than it got. */
function inParamOrder({ type, sweeps = {} }: WorkflowNode): [string, Sweep][] {
  const params = Object.keys(findSpec(type)?.params.shape ?? {});
  return Object.entries(sweeps).sort(([a], [b]) => params.indexOf(a) - params.indexOf(b) || (a < b ? -1 : 1));
}

/** What keeps a node from taking one of the axis' values as its param, with the first of them; null when it takes all. */
function refusedValue(axis: SweepAxis, node: WorkflowNode, param: string): Said | null {
  const schema = findSpec(node.type)?.params;
  for (const value of schema ? axis.values : []) {
    const parsed = schema!.safeParse({ ...node.params, [param]: value });
    // What it breaks may be a rule about another param, unless that takes other values too.
    const issue = parsed.error?.issues.find(({ path }) => path[0] === param || !Object.hasOwn(node.sweeps ?? {}, String(path[0])));
    if (!issue) continue;
    const words = node.id === axis.nodeId ? issueWords(issue) : said("{param}: {words}", { param: titleSaid(node, param), words: issueWords(issue) });
    return said("The sweep of {param} holds {value}: {words}", { param: axis.title, value: JSON.stringify(value), words });
  }
  return null;
}

/** Values the param does not take: said before anything runs. */
function valueProblems(axis: SweepAxis, workflow: Workflow): Problem[] {
  const message = refusedValue(axis, workflow.nodes.find(({ id }) => id === axis.nodeId)!, axis.param);
  return message === null ? [] : [problem({ nodeId: axis.nodeId, param: axis.param }, message, said("Change that value."))];
}

/** Values of a constant's sweep that a param it feeds does not take: said on the node that has the param. */
function fedProblems(axis: SweepAxis, workflow: Workflow, nodeIds: ReadonlySet<string>): Problem[] {
  if (findSpec(workflow.nodes.find(({ id }) => id === axis.nodeId)?.type ?? "")?.constant !== axis.param) return [];
  const sourceOf = paramSources(workflow);
  return workflow.nodes.flatMap((node) =>
    (nodeIds.has(node.id) ? (node.paramInputs ?? []) : []).flatMap((param): Problem[] => {
      if (!isParamInput(node, param) || sourceOf(node, param)?.node.id !== axis.nodeId) return [];
      const message = refusedValue(axis, node, param);
      return message === null ? [] : [problem({ nodeId: node.id, param }, message, said("Change that value."))];
    }),
  );
}

function titleSaid(node: WorkflowNode, name: string): Said {
  const spec = findSpec(node.type);
  const field = spec?.params.shape[name];
  return said("{node}: {param}", { node: node.title ?? spec?.title ?? node.type, param: field ? paramMeta(field as never).title : name });
}

const titleOf = (node: WorkflowNode, name: string): string => inEnglish(titleSaid(node, name));

/** The value that an axis gives a param in a cell, else the one written there. */
function valueIn({ node, param }: ParamSource, axes: readonly SweepAxis[], cell: readonly (number | undefined)[]): unknown {
  const at = axes.findIndex((axis) => axis.nodeId === node.id && axis.param === param);
  const index = at < 0 ? undefined : cell[at];
  return index === undefined ? constantValue({ node, param }) : axes[at]!.values[index];
}

/** The instances of `order` (each node after those it depends on), for every cell its sweeps tell apart. */
export function instancesOf(workflow: Workflow, order: readonly string[], axes: readonly SweepAxis[]): NodeInstance[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const edgesInto = new Map<string, WorkflowEdge[]>();
  for (const edge of workflow.edges) edgesInto.set(edge.target, [...(edgesInto.get(edge.target) ?? []), edge]);
  const reaches = reachingAxes(order, edgesInto, axes);
  const sourceOf = paramSources(workflow);
  return order.flatMap((id): NodeInstance[] => {
    const node = nodes.get(id);
    if (!node) return [];
    // What feeds a param is written into it; what computes knows of no such edge.
    const edges = (edgesInto.get(id) ?? []).filter((edge) => !feedsParam(node, edge));
    const mine = reaches.get(id) ?? new Set<number>();
    const { sweeps: _, paramInputs, ...plain } = node;
    const sources = (paramInputs ?? []).flatMap((param) => {
      const source = isParamInput(node, param) ? sourceOf(node, param) : null;
      return source ? [{ param, source }] : [];
    });
    return cellsOf(axes, mine, workflow.sweepMode === "zip").map((cell) => {
      const swept = [
        ...axes.flatMap((axis, i): [string, unknown][] => (axis.nodeId === id ? [[axis.param, axis.values[cell[i]!]]] : [])),
        ...sources.map(({ param, source }): [string, unknown] => [param, valueIn(source, axes, cell)]),
      ];
      return {
        id: instanceId(id, cell, mine),
        node: swept.length === 0 ? plain : { ...plain, params: { ...plain.params, ...(Object.fromEntries(swept) as WorkflowNode["params"]) } },
        edges: edges.map((edge) => ({ ...edge, source: instanceId(edge.source, cell, reaches.get(edge.source) ?? new Set()), target: instanceId(id, cell, mine) })),
      };
    });
  });
}

/** The node an instance is one of. */
export function nodeIdOf(instance: string): string {
  return instance.split("@", 1)[0]!;
}

/** The index on each axis of the values an instance was made with; null on axes that do not reach it. */
export function cellOf(instance: string, axes: readonly SweepAxis[]): (number | null)[] {
  const text = instance.split("@", 2)[1];
  if (text === undefined) return axes.map(() => null);
  return text.split(".").map((index) => (index === "*" ? null : Number(index)));
}

function instanceId(id: string, cell: readonly (number | undefined)[], mine: ReadonlySet<number>): string {
  return mine.size === 0 ? id : `${id}@${cell.map((index, axis) => (mine.has(axis) ? index : "*")).join(".")}`;
}

/** For each node the axes whose value it depends on. */
function reachingAxes(order: readonly string[], edgesInto: ReadonlyMap<string, readonly WorkflowEdge[]>, axes: readonly SweepAxis[]): Map<string, Set<number>> {
  const reaches = new Map<string, Set<number>>();
  for (const id of order) {
    const mine = new Set<number>();
    axes.forEach((axis, index) => axis.nodeId === id && mine.add(index));
    for (const { source } of edgesInto.get(id) ?? []) for (const index of reaches.get(source) ?? []) mine.add(index);
    reaches.set(id, mine);
  }
  return reaches;
}

/** One array per cell that `mine` tells apart, holding an index where an axis is among them. */
function cellsOf(axes: readonly SweepAxis[], mine: ReadonlySet<number>, zipped: boolean): (number | undefined)[][] {
  if (mine.size === 0) return [axes.map(() => undefined)];
  if (zipped) return axes[0]!.values.map((_, at) => axes.map((__, axis) => (mine.has(axis) ? at : undefined)));
  return axes.reduce<(number | undefined)[][]>(
    (cells, axis, index) => cells.flatMap((cell) => (mine.has(index) ? axis.values.map((_, at) => [...cell, at]) : [[...cell, undefined]])),
    [[]],
  );
}

/** Every sweep that a run of `targets` (all nodes when empty) would hold: for saying the count before it runs. */
export function sweepsBefore(workflow: Workflow, targets: readonly string[]): SweepPlan {
  return planSweeps(workflow, new Set(ancestors(workflow, targets.length > 0 ? targets : workflow.nodes.map(({ id }) => id))));
}
