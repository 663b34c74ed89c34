/** The workflow as React Flow wants it. Unchanged nodes and edges keep their objects, so only changed ones render. */
import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle } from "@/app/i18n/vocabulary";
import { isSubgraph } from "@/nodes/nesting";
import type { DataType } from "@/nodes/ports";
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";
import { edgesAt, flowingType } from "../graph/level-edges";
import type { Level } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import type { MeasuredSize } from "../store/editor-store";

/** `folded`: the card of a subgraph. */
export type FlowNode = Node<{ folded?: true }, "card" | "frame" | "note" | "reroute" | "border">;
/** `taking`: a dragged node would go into it. */
export type FlowEdge = Edge<{ type: DataType; via?: WorkflowEdge["via"]; taking?: true }, "typed">;

const data = {};
const folded = { folded: true } as const;

/** The element that says which keys do what on a card, a frame, a note or a dot. */
export const keysOnCard = "keys-on-card";
export const domAttributes = { "aria-describedby": keysOnCard };

interface KnownNode {
  node: WorkflowNode;
  size: MeasuredSize | undefined;
  selected: boolean;
  failed: boolean;
  flow: FlowNode;
}

/** What a screen reader calls it. */
export const spokenName = (name: string, selected: boolean, t: Translate) => (selected ? t("canvas.names.selected", { name }) : name);

const titleOf = (node: WorkflowNode | undefined, t: Translate) => (node ? nodeTitle(node, t) : "");

/** The same array when it would hold the same elements: React Flow then has nothing to go through. */
function settled<T>(before: readonly T[], after: T[]): T[] {
  return before.length === after.length && after.every((element, index) => element === before[index]) ? (before as T[]) : after;
}

/** Ports of a card that may be drawn as an outline, without any. Only at first: from then on React Flow knows them. */
function portsOf(size: MeasuredSize | undefined, before: KnownNode | undefined): { handles?: NodeHandle[] } {
  if (before || !size?.ports) return {};
  return { handles: size.ports.map(({ id, ...port }) => ({ id: id ?? null, ...port, position: port.type === "source" ? Position.Right : Position.Left })) };
}

export function createFlowNodes(t: Translate) {
  let known = new Map<string, KnownNode>();
  let last: FlowNode[] = [];
  return (nodes: readonly WorkflowNode[], selection: ReadonlySet<string>, sizes: ReadonlyMap<string, MeasuredSize>, failed: ReadonlySet<string>): FlowNode[] => {
    const next = new Map<string, KnownNode>();
    const flowNodes = nodes.map((node) => {
      const selected = selection.has(node.id);
      const size = sizes.get(node.id);
      const isFailed = failed.has(node.id);
      const before = known.get(node.id);
      const samePlace = before !== undefined && (before.node === node || (before.node.position === node.position && before.node.title === node.title && before.node.locked === node.locked && before.node.type === node.type));
      const flow: FlowNode =
        samePlace && before.size === size && before.selected === selected && before.failed === isFailed
          ? before.flow
          : // A failed card has grown by its message, which no other card may hide.
            { ...(isFailed && { zIndex: 1 }), ...(node.locked && { draggable: false }), id: node.id, type: "card", position: node.position, selected, data: isSubgraph(node) ? folded : data, domAttributes, ariaLabel: spokenName(t("canvas.names.node", { title: titleOf(node, t) }), selected, t), ...(size && { measured: { width: size.width, height: size.height } }), ...portsOf(size, before) };
      next.set(node.id, { node, size, selected, failed: isFailed, flow });
      return flow;
    });
    known = next;
    last = settled(last, flowNodes);
    return last;
  };
}

interface KnownEdge {
  edge: WorkflowEdge;
  source: WorkflowNode | undefined;
  target: WorkflowNode | undefined;
  selected: boolean;
  live: boolean;
  taking: boolean;
  flow: FlowEdge;
}

/** An edge between outlines is a line and no more: no wider path takes the pointer, and no end can be drawn off. */
const still = { reconnectable: false, interactionWidth: 0, className: "still" } as const;

/** All that an edge's ports and its name come from. */
const sameEnd = (a: WorkflowNode | undefined, b: WorkflowNode | undefined) => a === b || (a?.type === b?.type && a?.title === b?.title && a?.paramInputs === b?.paramInputs);

/** An edge by itself, or the same way from card to card: what stands for others is made anew with every workflow. */
const sameWay = (a: WorkflowEdge, b: WorkflowEdge) => a === b || (a.via === undefined && b.via === undefined);

/**
 * Connections of a level whose ends exist. The others are named by the problems list. `drawnInFull`: of what stands on the canvas.
 * `insertion`: the connection that a dragged node would go into.
 */
export function createFlowEdges(t: Translate) {
  let known = new Map<string, KnownEdge>();
  let last: FlowEdge[] = [];
  return (graph: Workflow, level: Level, selectedEdges: ReadonlySet<string>, drawnInFull: (id: string) => boolean, insertion: string | null): FlowEdge[] => {
    const next = new Map<string, KnownEdge>();
    for (const { id, edge } of edgesAt(graph, level)) {
      const before = known.get(id);
      const [source, target] = [nodeOf(graph, edge.source), nodeOf(graph, edge.target)];
      const selected = selectedEdges.has(id);
      const live = drawnInFull(edge.source) || drawnInFull(edge.target);
      const taking = id === insertion;
      if (before && sameWay(before.edge, edge) && before.selected === selected && before.live === live && before.taking === taking && sameEnd(before.source, source) && sameEnd(before.target, target)) {
        next.set(id, before);
        continue;
      }
      const type = flowingType(graph, edge);
      if (!type) continue;
      const flow: FlowEdge = {
        id,
        type: "typed",
        source: edge.source,
        sourceHandle: edge.sourcePort,
        target: edge.target,
        targetHandle: edge.targetPort,
        selected,
        data: { type, ...(edge.via && { via: edge.via }), ...(taking && { taking }) },
        ariaLabel: spokenName(t("canvas.names.edge", { source: titleOf(source, t), target: titleOf(target, t) }), selected, t),
        ...(!live && still),
      };
      next.set(id, { edge, source, target, selected, live, taking, flow });
    }
    known = next;
    last = settled(last, [...next.values()].map(({ flow }) => flow));
    return last;
  };
}
