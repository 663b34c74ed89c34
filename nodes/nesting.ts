/**
 * Subgraphs: nodes folded into one card. A subgraph is a node of type "subgraph" in which others say they lie; it
 * computes nothing. All nodes of a workflow stand in one list, whatever they lie in, and edges always join nodes that
 * compute, so folding and unfolding change no result and no id (docs/decisions/0016).
 */
import type { NodeMode, Workflow, WorkflowEdge, WorkflowNode } from "./workflow";

export const subgraphType = "subgraph";

export const isSubgraph = ({ type }: Pick<WorkflowNode, "type">): boolean => type === subgraphType;

/** What lies in what. */
export interface Nesting {
  /** The subgraph something lies in directly; null on top, and for what lies in none that is there. */
  holderOf(id: string): string | null;
  /** All subgraphs around a node, the innermost first. */
  holdersOf(id: string): readonly string[];
  /** Every node in a subgraph, at any depth. */
  contentsOf(subgraph: string): ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

export function nestingOf(nodes: readonly WorkflowNode[]): Nesting {
  const subgraphs = new Set(nodes.filter(isSubgraph).map(({ id }) => id));
  const holder = new Map<string, string>();
  for (const { id, inside } of nodes) if (inside !== undefined && inside !== id && subgraphs.has(inside)) holder.set(id, inside);
  const holdersOf = (id: string): string[] => {
    const found: string[] = [];
    for (let at = holder.get(id); at !== undefined && !found.includes(at); at = holder.get(at)) found.push(at);
    return found;
  };
  const contents = new Map<string, Set<string>>();
  for (const id of holder.keys()) {
    for (const around of holdersOf(id)) {
      const held = contents.get(around);
      if (held) held.add(id);
      else contents.set(around, new Set([id]));
    }
  }
  return { holderOf: (id) => holder.get(id) ?? null, holdersOf, contentsOf: (subgraph) => contents.get(subgraph) ?? nothing };
}

/** The innermost subgraph that both ends of an edge lie in: there they stand on different cards. Null on top. */
export function commonHolder({ holdersOf }: Pick<Nesting, "holdersOf">, { source, target }: Pick<WorkflowEdge, "source" | "target">): string | null {
  const around = holdersOf(target);
  return holdersOf(source).find((holder) => around.includes(holder)) ?? null;
}

/** These nodes, and all that lies in those of them that are subgraphs. */
export function withContents(workflow: Workflow, ids: ReadonlySet<string>, nesting = nestingOf(workflow.nodes)): ReadonlySet<string> {
  const held = [...ids].flatMap((id) => [...nesting.contentsOf(id)]);
  return held.length === 0 ? ids : new Set([...ids, ...held]);
}

/** How each node is run: as the outermost subgraph around it that is muted or bypassed says, else as it says itself. */
export function modesOf({ nodes }: { readonly nodes: readonly WorkflowNode[] }, nesting = nestingOf(nodes)): ReadonlyMap<string, NodeMode> {
  const own = new Map(nodes.flatMap(({ id, mode }) => (mode ? [[id, mode] as const] : [])));
  if (own.size === 0) return own;
  return new Map(
    nodes.flatMap(({ id }) => {
      const around = nesting.holdersOf(id).findLast((holder) => own.has(holder));
      const mode = own.get(around ?? id);
      return mode ? [[id, mode] as const] : [];
    }),
  );
}

/** The workflow without these nodes and what lies in them, and without their edges; no card shows anything of theirs any more. */
export function withoutNodes(workflow: Workflow, ids: ReadonlySet<string>): Workflow {
  const all = withContents(workflow, ids);
  const nodes = workflow.nodes.filter(({ id }) => !all.has(id));
  if (nodes.length === workflow.nodes.length) return workflow;
  const edges = workflow.edges.filter(({ source, target }) => !all.has(source) && !all.has(target));
  return { ...withoutAnnotationsIn(workflow, all), nodes: nodes.map((node) => hiding(node, (id) => all.has(id))), edges };
}

function withoutAnnotationsIn(workflow: Workflow, ids: ReadonlySet<string>): Workflow {
  const { frames, notes, ...rest } = workflow;
  const staying = <T extends { inside?: string | undefined }>(all: T[] | undefined) => all?.filter(({ inside }) => inside === undefined || !ids.has(inside));
  const [keptFrames, keptNotes] = [staying(frames), staying(notes)];
  if (keptFrames?.length === frames?.length && keptNotes?.length === notes?.length) return workflow;
  return { ...rest, ...(keptFrames?.length && { frames: keptFrames }), ...(keptNotes?.length && { notes: keptNotes }) };
}

/** A subgraph that shows nothing of the nodes `isGone` names; the same object when it did not. */
function hiding(node: WorkflowNode, isGone: (id: string) => boolean): WorkflowNode {
  if (!node.exposed) return node;
  const inputs = node.exposed.inputs.flatMap((input) => {
    const places = input.places.filter((place) => !isGone(place.node));
    return places.length === input.places.length ? [input] : places.length > 0 ? [{ ...input, places }] : [];
  });
  const outputs = node.exposed.outputs.filter((output) => !isGone(output.node));
  const params = node.exposed.params.filter((param) => !isGone(param.node));
  const same = inputs.every((input, at) => input === node.exposed!.inputs[at]) && inputs.length === node.exposed.inputs.length && outputs.length === node.exposed.outputs.length && params.length === node.exposed.params.length;
  return same ? node : { ...node, exposed: { inputs, outputs, params } };
}
