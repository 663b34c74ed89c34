/** What a person does to a workflow, as pure functions. Each gives the same object back when it changes nothing. */
import { commonHolder, isSubgraph, nestingOf, withContents, withoutNodes } from "@/nodes/nesting";
import { connectionProblem } from "@/nodes/problems";
import { findSpec } from "@/nodes/specs";
import { type CanvasFrame, type CanvasNote, edgeId, type Exposed, isFreeName, type NodeMode, type SeedMode, type Sweep, type Workflow, type WorkflowEdge, type WorkflowNode } from "@/nodes/workflow";
import { z } from "zod";

export type ParamValue = WorkflowNode["params"][string];
export type Point = WorkflowNode["position"];

const limit = 1e6;
/** A coordinate as it is saved: whole, and within the canvas. JSON knows neither NaN nor −0. */
export const place = (value: number) => Math.min(limit, Math.max(-limit, Math.round(value))) || 0;

/** A name as it can be saved: at most so many UTF-16 units, no NUL, no half of a pair. */
export function nameOf(text: string, longest: number): string {
  return text.replace(/\0|\p{Surrogate}/gu, "").trim().slice(0, longest).replace(/\p{Surrogate}$/u, "").trim();
}

/** A short id no node of the workflow has: "flux-sampler-2". */
export function freeId(type: string, taken: ReadonlySet<string>): string {
  const stem = type.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 48) || "node";
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(id) && isFreeName(id)) return id;
  }
}

/** A new node of `type` with its params at their defaults. */
export function newNode(workflow: Workflow, type: string, position: Point): WorkflowNode {
  const spec = findSpec(type);
  if (!spec) throw new RangeError(`There is no node type “${type}”.`);
  // Through JSON: what is saved is what the schema's defaults look like on disk.
  const params = z.record(z.string(), z.json()).parse(spec.params.parse({}));
  const id = freeId(type, new Set(workflow.nodes.map((node) => node.id)));
  return { id, type, version: spec.version, position: { x: place(position.x), y: place(position.y) }, params };
}

export function addNode(workflow: Workflow, node: WorkflowNode): Workflow {
  return { ...workflow, nodes: [...workflow.nodes, node] };
}

function changeNode(workflow: Workflow, id: string, change: (node: WorkflowNode) => WorkflowNode): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    if (node.id !== id) return node;
    const next = change(node);
    changed ||= next !== node;
    return next;
  });
  return changed ? { ...workflow, nodes } : workflow;
}

export function moveNodes(workflow: Workflow, positions: ReadonlyMap<string, Point>): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    const to = positions.get(node.id);
    if (!to) return node;
    const position = { x: place(to.x), y: place(to.y) };
    if (position.x === node.position.x && position.y === node.position.y) return node;
    changed = true;
    return { ...node, position };
  });
  return changed ? { ...workflow, nodes } : workflow;
}

export function setParam(workflow: Workflow, id: string, name: string, value: ParamValue): Workflow {
  return changeNode(workflow, id, (node) =>
    Object.hasOwn(node.params, name) && node.params[name] === value ? node : { ...node, params: { ...node.params, [name]: value } },
  );
}

/** Null: the nodes run as usual. */
export function setMode(workflow: Workflow, ids: ReadonlySet<string>, mode: NodeMode | null): Workflow {
  let changed = false;
  const nodes = workflow.nodes.map((node) => {
    if (!ids.has(node.id) || (node.mode ?? null) === mode) return node;
    changed = true;
    const { mode: _, ...rest } = node;
    return mode === null ? rest : { ...rest, mode };
  });
  return changed ? { ...workflow, nodes } : workflow;
}

export function setSeedMode(workflow: Workflow, id: string, seedMode: SeedMode): Workflow {
  return changeNode(workflow, id, (node) => {
    if ((node.seedMode ?? "fixed") === seedMode) return node;
    const { seedMode: _, ...rest } = node;
    return seedMode === "fixed" ? rest : { ...rest, seedMode };
  });
}

/** Null takes the param's sweep away. */
export function setSweep(workflow: Workflow, id: string, param: string, sweep: Sweep | null): Workflow {
  return changeNode(workflow, id, (node) => {
    const { sweeps = {}, ...rest } = node;
    if (sweep !== null) return { ...rest, sweeps: { ...sweeps, [param]: sweep } };
    if (!Object.hasOwn(sweeps, param)) return node;
    const { [param]: _, ...others } = sweeps;
    return Object.keys(others).length > 0 ? { ...rest, sweeps: others } : rest;
  });
}

export function setSweepMode(workflow: Workflow, sweepMode: "grid" | "zip"): Workflow {
  if ((workflow.sweepMode ?? "grid") === sweepMode) return workflow;
  const { sweepMode: _, ...rest } = workflow;
  return sweepMode === "grid" ? rest : { ...rest, sweepMode };
}

/** An empty title, or the type's own, means the node has none of its own. A subgraph always has one: else it is called `untitled`. */
export function renameNode(workflow: Workflow, id: string, title: string, untitled = "Subgraph"): Workflow {
  const given = nameOf(title, 80);
  return changeNode(workflow, id, (node) => {
    const own = given === "" && isSubgraph(node) ? untitled : given;
    const { title: before, ...rest } = node;
    if (own === "" || own === findSpec(node.type)?.title) return before === undefined ? node : rest;
    return before === own ? node : { ...node, title: own };
  });
}

/** Connects, replacing the edge that fed the input. Refused connections leave the workflow as it is. */
export function connect(workflow: Workflow, edge: WorkflowEdge): Workflow {
  if (connectionProblem(workflow, edge) !== null) return workflow;
  const others = workflow.edges.filter((other) => other.target !== edge.target || other.targetPort !== edge.targetPort);
  if (workflow.edges.some((other) => edgeId(other) === edgeId(edge)) && others.length === workflow.edges.length - 1) return workflow;
  return { ...workflow, edges: [...others, edge] };
}

export function disconnect(workflow: Workflow, edgeIds: ReadonlySet<string>): Workflow {
  const edges = workflow.edges.filter((edge) => !edgeIds.has(edgeId(edge)));
  return edges.length === workflow.edges.length ? workflow : { ...workflow, edges };
}

/** Moves one end of an edge in a single step; it is led as it was. Refused ends leave the workflow as it is. */
export function reconnect(workflow: Workflow, from: string, to: WorkflowEdge): Workflow {
  const without = disconnect(workflow, new Set([from]));
  const via = to.via ?? workflow.edges.find((edge) => edgeId(edge) === from)?.via;
  const connected = connect(without, via ? { ...to, via } : to);
  return connected === without ? workflow : connected;
}

/** Deletes nodes, and all that lies in them, with all their edges. */
export const deleteNodes: (workflow: Workflow, ids: ReadonlySet<string>) => Workflow = withoutNodes;

/** Nodes with the edges among them, as they are copied; with what annotations.ts adds to them. */
export interface Fragment {
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  readonly frames?: readonly CanvasFrame[] | undefined;
  readonly notes?: readonly CanvasNote[] | undefined;
  /** Edges into the nodes from others, which stayed (outside-edges.ts), and the workflow where those are. */
  readonly outside?: readonly WorkflowEdge[] | undefined;
  readonly workflowId?: string | undefined;
}

/** Subgraphs come with what lies in them. */
export function fragmentOf(workflow: Workflow, ids: ReadonlySet<string>): Fragment {
  const all = withContents(workflow, ids);
  return {
    nodes: workflow.nodes.filter((node) => all.has(node.id)),
    edges: workflow.edges.filter((edge) => all.has(edge.source) && all.has(edge.target)),
  };
}

/** What a copied subgraph shows of the nodes copied with it, under their new ids. */
function exposedAs(exposed: Exposed, renamed: ReadonlyMap<string, string>): Exposed {
  const moved = <T extends { readonly node: string }>(all: readonly T[]) => all.flatMap((one) => (renamed.has(one.node) ? [{ ...one, node: renamed.get(one.node)! }] : []));
  return {
    inputs: exposed.inputs.map((input) => ({ ...input, places: moved(input.places) })).filter(({ places }) => places.length > 0),
    outputs: moved(exposed.outputs),
    params: moved(exposed.params),
  };
}

/** Where a copy lies: in the copy of its subgraph, else on `level`, or where the original does when that is left out. */
export function insideAs(node: { readonly inside?: string | undefined }, renamed: ReadonlyMap<string, string>, level: string | null | undefined): { inside?: string } {
  const inside = renamed.get(node.inside ?? "") ?? (level === undefined ? node.inside : level);
  return inside === undefined || inside === null ? {} : { inside };
}

/**
 * The fragment's nodes under fresh ids, on `level`, or each where its original lies when that is left out. They are moved
 * by `offset`, but for those in subgraphs that are copied as well. The ids they got come with it.
 */
export function paste(workflow: Workflow, fragment: Fragment, offset: Point, level?: string | null): { workflow: Workflow; ids: string[]; renamed: ReadonlyMap<string, string> } {
  const taken = new Set(workflow.nodes.map((node) => node.id));
  const renamed = new Map<string, string>();
  for (const { id, type } of fragment.nodes) {
    const fresh = freeId(type, taken);
    taken.add(fresh);
    renamed.set(id, fresh);
  }
  const nodes = fragment.nodes.map(({ inside, exposed, ...node }): WorkflowNode => {
    const position = renamed.has(inside ?? "") ? node.position : { x: place(node.position.x + offset.x), y: place(node.position.y + offset.y) };
    return { ...node, id: renamed.get(node.id)!, position, ...insideAs({ inside }, renamed, level), ...(exposed && { exposed: exposedAs(exposed, renamed) }) };
  });
  const nesting = nestingOf(fragment.nodes);
  const edges = fragment.edges.flatMap((edge) => {
    const source = renamed.get(edge.source);
    const target = renamed.get(edge.target);
    if (!source || !target) return [];
    // Those of edges within a copied subgraph stay where they are, as its nodes do.
    const moves = edge.via !== undefined && commonHolder(nesting, edge) === null;
    return [{ ...edge, source, target, ...(moves && { via: edge.via!.map(({ x, y }) => ({ x: place(x + offset.x), y: place(y + offset.y) })) }) }];
  });
  if (nodes.length === 0) return { workflow, ids: [], renamed };
  return {
    workflow: { ...workflow, nodes: [...workflow.nodes, ...nodes], edges: [...workflow.edges, ...edges] },
    ids: nodes.map((node) => node.id),
    renamed,
  };
}
