/** Dots of edges as React Flow wants them. Unchanged ones keep their objects. */
import type { Translate } from "@/app/i18n/translate";
import type { Workflow } from "@/nodes/workflow";
import type { Level } from "../graph/levels";
import { type Reroute, reroutesAt } from "../graph/reroutes";
import { domAttributes, type FlowNode, spokenName } from "./flow-elements";

/** Px of the canvas: the target around the dot. */
const extent = 24;
const data = {};
const centred: [number, number] = [0.5, 0.5];

export function createFlowReroutes(t: Translate) {
  let known = new Map<string, { dot: Reroute; flow: FlowNode }>();
  return (graph: Workflow, level: Level, selection: ReadonlySet<string>): FlowNode[] => {
    const next = new Map<string, { dot: Reroute; flow: FlowNode }>();
    for (const dot of reroutesAt(graph, level).values()) {
      const selected = selection.has(dot.key);
      const before = known.get(dot.key);
      const { x, y } = dot.position;
      const same = before?.flow.selected === selected && before.dot.position.x === x && before.dot.position.y === y;
      const flow: FlowNode = same ? before.flow : { id: dot.key, type: "reroute", position: { x, y }, origin: centred, width: extent, height: extent, measured: { width: extent, height: extent }, selected, data, domAttributes, ariaLabel: spokenName(t("canvas.names.reroute"), selected, t), zIndex: 2 };
      next.set(dot.key, { dot, flow });
    }
    known = next;
    return [...next.values()].map(({ flow }) => flow);
  };
}
