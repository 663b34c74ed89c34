/** The workflow as React Flow wants it. Unchanged nodes and edges keep their objects, so only changed ones render. */
import type { Edge, Node } from "@xyflow/react";
import type { Translate } from "@/app/i18n/translate";
import { nodeTitle } from "@/app/i18n/vocabulary";
import type { DataType } from "@/nodes/ports";
import type { Workflow, WorkflowEdge, WorkflowNode } from "@/nodes/workflow";
import { edgesAt, flowingType, type LevelEdge } from "../graph/level-edges";
import type { Level } from "../graph/levels";
import { nodeOf } from "../graph/lookup";
import type { Size } from "../store/editor-store";

export type FlowNode = Node<Record<string, never>, "card" | "frame" | "note" | "reroute" | "border">;
export type FlowEdge = Edge<{ type: DataType; via?: WorkflowEdge["via"] }, "typed">;

const data = {};

interface KnownNode {
  node: WorkflowNode;
  size: Size | undefined;
  selected: boolean;
  failed: boolean;
  flow: FlowNode;
}

const titleOf = (node: WorkflowNode | undefined, t: Translate) => (node ? nodeTitle(node, t) : "");

export function createFlowNodes(t: Translate) {
  let known = new Map<string, KnownNode>();
  return (nodes: readonly WorkflowNode[], selection: ReadonlySet<string>, sizes: ReadonlyMap<string, Size>, failed: readonly string[]): FlowNode[] => {
    const next = new Map<string, KnownNode>();
    const flowNodes = nodes.map((node) => {
      const selected = selection.has(node.id);
      const size = sizes.get(node.id);
      const isFailed = failed.includes(node.id);
      const before = known.get(node.id);
      const samePlace = before !== undefined && (before.node === node || (before.node.position === node.position && before.node.title === node.title && before.node.locked === node.locked && before.node.type === node.type));
      const flow: FlowNode =
        samePlace && before.size === size && before.selected === selected && before.failed === isFailed
          ? before.flow
          : // A failed card has grown by its message, which no other card may hide.
            { ...(isFailed && { zIndex: 1 }), ...(node.locked && { draggable: false }), id: node.id, type: "card", position: node.position, selected, data, ariaLabel: t("canvas.names.node", { title: titleOf(node, t) }), ...(size && { measured: { ...size } }) };
      next.set(node.id, { node, size, selected, failed: isFailed, flow });
      return flow;
    });
    known = next;
    return flowNodes;
  };
}

interface KnownEdge {
  edge: WorkflowEdge;
  selected: boolean;
  flow: FlowEdge;
}

/** An edge by itself; what stands for others is made anew with every workflow, and known by its name. */
const sameEdge = (before: KnownEdge, { edge, edges }: LevelEdge) => before.edge === edge || edges[0] !== edge;

/** Connections of a level whose ends exist. The others are named by the problems list. */
export function createFlowEdges(t: Translate) {
  let known = new Map<string, KnownEdge>();
  return (graph: Workflow, level: Level, selectedEdges: ReadonlySet<string>): FlowEdge[] => {
    const next = new Map<string, KnownEdge>();
    for (const each of edgesAt(graph, level)) {
      const { id, edge } = each;
      const type = flowingType(graph, edge);
      if (!type) continue;
      const selected = selectedEdges.has(id);
      const before = known.get(id);
      const flow: FlowEdge =
        before && sameEdge(before, each) && before.selected === selected
          ? before.flow
          : {
              id,
              type: "typed",
              source: edge.source,
              sourceHandle: edge.sourcePort,
              target: edge.target,
              targetHandle: edge.targetPort,
              selected,
              data: { type, ...(edge.via && { via: edge.via }) },
              ariaLabel: t("canvas.names.edge", { source: titleOf(nodeOf(graph, edge.source), t), target: titleOf(nodeOf(graph, edge.target), t) }),
            };
      next.set(id, { edge, selected, flow });
    }
    known = next;
    return [...next.values()].map(({ flow }) => flow);
  };
}
