/** The border of the open subgraph as React Flow wants it: a card on each side of the nodes, where the eye looks for it. */
import type { Workflow } from "@/nodes/workflow";
import { boundsOf } from "../graph/arrange";
import { type BorderSide, borderId, type Level, nodesAt, portsAt } from "../graph/levels";
import { sizeOf } from "../graph/node-size";
import type { Size } from "../store/editor-store";
import type { FlowNode } from "./flow-elements";

const data = {};
const width = 176;
/** Between the border and the outermost card. */
const gap = 96;

export function createFlowBorder() {
  let last: FlowNode[] = [];
  return (graph: Workflow, level: Level, sizes: ReadonlyMap<string, Size>): FlowNode[] => {
    if (level === null) return (last = []);
    const around = boundsOf(nodesAt(graph, level).map((node) => ({ ...node.position, ...sizeOf(node, sizes) }))) ?? { x: 0, y: 0, width: 0, height: 0 };
    const card = (side: BorderSide): FlowNode => {
      const id = borderId(side, level);
      const ports = portsAt(graph, id);
      const height = 44 + 24 * Math.max(1, Object.keys(ports?.inputs ?? {}).length + Object.keys(ports?.outputs ?? {}).length);
      const size = { width, height };
      const position = { x: side === "incoming" ? around.x - gap - width : around.x + around.width + gap, y: around.y };
      return { id, type: "border", position, ...size, measured: size, data, draggable: false, selectable: false, focusable: false };
    };
    const made = [card("incoming"), card("outgoing")];
    const same = made.every((node, index) => JSON.stringify(node) === JSON.stringify(last[index]));
    if (!same) last = made;
    return last;
  };
}
