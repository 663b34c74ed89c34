/** One level of a workflow, as the canvas shows it: what lies in a subgraph, or on top. */
import { type CardParam, cardParams, type CardPorts, cardPorts } from "@/nodes/card-ports";
import { isSubgraph, modesOf, type Nesting, nestingOf } from "@/nodes/nesting";
import { inputsOf } from "@/nodes/param-inputs";
import type { Ports } from "@/nodes/ports";
import { findSpec } from "@/nodes/specs";
import type { NodeMode, Workflow, WorkflowNode } from "@/nodes/workflow";
import { nodeOf, remembered } from "./lookup";

/** The id of the subgraph that is open; null on top. */
export type Level = string | null;

const nesting = remembered((nodes: readonly WorkflowNode[]) => nestingOf(nodes));
const hasLevels = remembered((nodes: readonly WorkflowNode[]) => nodes.some((node) => isSubgraph(node)));

export const hasSubgraphs = ({ nodes }: Workflow): boolean => hasLevels(nodes);
export const nestingIn = (workflow: Workflow): Nesting => nesting(workflow.nodes);

const modes = remembered((nodes: readonly WorkflowNode[]) => modesOf({ nodes }, nesting(nodes)));

/** How a node is run: as a subgraph around it says, else as it says itself. */
export const modeIn = (workflow: Workflow, id: string): NodeMode | undefined => (hasLevels(workflow.nodes) ? modes(workflow.nodes).get(id) : nodeOf(workflow, id)?.mode);

const byLevel = remembered((nodes: readonly WorkflowNode[]) => {
  const { holderOf } = nesting(nodes);
  const levels = new Map<Level, WorkflowNode[]>();
  for (const node of nodes) {
    const level = holderOf(node.id);
    const there = levels.get(level);
    if (there) there.push(node);
    else levels.set(level, [node]);
  }
  return levels;
});

const none: readonly WorkflowNode[] = [];

/** The nodes of a level, subgraphs among them. */
export function nodesAt({ nodes }: Workflow, level: Level): readonly WorkflowNode[] {
  if (!hasLevels(nodes)) return level === null ? nodes : none;
  return byLevel(nodes).get(level) ?? none;
}

/** The level a node, frame or note lies on. */
export function levelOf(workflow: Workflow, { inside }: { readonly inside?: string | undefined }): Level {
  if (inside === undefined) return null;
  const holder = nodeOf(workflow, inside);
  return holder && isSubgraph(holder) ? inside : null;
}

/** What is written into something that lies on a level. */
export const lyingOn = (level: Level): { inside?: string } => (level === null ? {} : { inside: level });

/** Something moved to a level. */
export function putOn<T extends { readonly inside?: string | undefined }>(one: T, level: Level): T {
  if (level !== null) return one.inside === level ? one : { ...one, inside: level };
  if (one.inside === undefined) return one;
  const { inside: _, ...rest } = one;
  return rest as T;
}

/** What stands for a node on a level: itself, or the subgraph there that holds it; null when it lies outside. */
export function cardOn(workflow: Workflow, id: string, level: Level): string | null {
  const { holdersOf } = nestingIn(workflow);
  const around = holdersOf(id);
  if (level === null) return around.at(-1) ?? id;
  const at = around.indexOf(level);
  if (at < 0) return null;
  return at === 0 ? id : around[at - 1]!;
}

/** The subgraphs from the top down to a level, itself last. */
export function pathTo(workflow: Workflow, level: Level): readonly string[] {
  return level === null ? [] : [...nestingIn(workflow).holdersOf(level)].reverse().concat(level);
}

/** The level where it is still there; else the top. */
export function levelStillThere(workflow: Workflow, level: Level): Level {
  const node = level === null ? undefined : nodeOf(workflow, level);
  return node && isSubgraph(node) ? level : null;
}

/** Equal answers are one object, so that what draws them is not drawn again while something else is edited. */
const interned = new Map<string, unknown>();

function internedAs<T>(value: T): T {
  const text = JSON.stringify(value);
  const known = interned.get(text);
  if (known !== undefined) return known as T;
  if (interned.size > 2000) interned.clear();
  interned.set(text, value);
  return value;
}

const portsByCard = remembered((_: Workflow) => new Map<string, CardPorts>());
const paramsByCard = remembered((_: Workflow) => new Map<string, readonly CardParam[]>());

export function subgraphPorts(workflow: Workflow, id: string): CardPorts {
  const known = portsByCard(workflow);
  const ports = known.get(id) ?? internedAs(cardPorts(workflow, id, nestingIn(workflow)));
  known.set(id, ports);
  return ports;
}

export function subgraphParams(workflow: Workflow, id: string): readonly CardParam[] {
  const known = paramsByCard(workflow);
  const params = known.get(id) ?? internedAs(cardParams(workflow, id, nestingIn(workflow)));
  known.set(id, params);
  return params;
}

/** The border of an open subgraph is drawn as two cards: what comes in gives, what goes out takes. Ids of nodes have no colon. */
export type BorderSide = "incoming" | "outgoing";
export const borderId = (side: BorderSide, level: string) => `${side}:${level}`;

export function borderOf(id: string): { readonly side: BorderSide; readonly level: string } | null {
  const [side, level] = id.split(":", 2);
  return (side === "incoming" || side === "outgoing") && level !== undefined ? { side, level } : null;
}

/** The ports of whatever stands on a canvas: a node, a subgraph, or the border of the one that is open. */
export function portsAt(workflow: Workflow, id: string): { readonly inputs: Ports; readonly outputs: Ports } | undefined {
  const border = borderOf(id);
  if (border) {
    const { inputs, outputs } = subgraphPorts(workflow, border.level);
    return border.side === "incoming" ? { inputs: {}, outputs: inputs } : { inputs: outputs, outputs: {} };
  }
  const node = nodeOf(workflow, id);
  if (!node) return undefined;
  if (isSubgraph(node)) return subgraphPorts(workflow, id);
  const spec = findSpec(node.type);
  return spec && { inputs: inputsOf(node)!, outputs: spec.outputs };
}
