"use client";

import { BaseEdge, type ConnectionLineComponentProps, type EdgeProps, getBezierPath, getSmoothStepPath, type InternalNode, type ReactFlowState, useStore } from "@xyflow/react";
import { memo, type ReactNode, useCallback } from "react";
import { typeColor } from "../node/port-shape";
import { useEditor } from "../store/editor-context";
import { typeAt } from "../store/connection-actions";
import type { FlowEdge, FlowNode } from "./flow-elements";
import { ledPath } from "./led-path";

type Ends = Pick<EdgeProps<FlowEdge>, "sourceX" | "sourceY" | "targetX" | "targetY" | "sourcePosition" | "targetPosition">;

/** Where an edge that runs back to the left crosses over: between the two cards when one is above the other. */
function crossingOf(from: InternalNode | undefined, to: InternalNode | undefined): number | undefined {
  const span = (node: InternalNode | undefined) => node && { top: node.internals.positionAbsolute.y, bottom: node.internals.positionAbsolute.y + (node.measured.height ?? 0) };
  const [a, b] = [span(from), span(to)];
  if (!a || !b) return undefined;
  if (a.bottom < b.top) return (a.bottom + b.top) / 2;
  return b.bottom < a.top ? (b.bottom + a.top) / 2 : undefined;
}

interface LineProps {
  ends: Ends;
  draw: (path: string) => ReactNode;
}

function StraightOn({ ends, draw }: LineProps) {
  return draw(getBezierPath(ends)[0]);
}

/** Only these look at the cards they join: in a large workflow, every look counts. */
function RunningBack({ ends, source, target, draw }: LineProps & { source: string; target: string }) {
  const crossing = useStore(useCallback(({ nodeLookup }: ReactFlowState) => crossingOf(nodeLookup.get(source), nodeLookup.get(target)), [source, target]));
  return draw(crossing === undefined ? getBezierPath(ends)[0] : getSmoothStepPath({ ...ends, borderRadius: 12, offset: 18, centerY: crossing })[0]);
}

export const TypedEdge = memo(function TypedEdge({ data, selected = false, interactionWidth = 18, source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: EdgeProps<FlowEdge>) {
  const taking = data?.taking === true;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const draw = (path: string) => (
    <>
      {(selected || taking) && <path d={path} fill="none" stroke="var(--accent)" strokeWidth={taking ? 12 : 7} strokeOpacity={0.35} strokeLinecap="round" />}
      <BaseEdge path={path} interactionWidth={interactionWidth} style={{ stroke: data ? typeColor(data.type) : "var(--faint)" }} />
    </>
  );
  if (data?.via) return draw(ledPath([{ x: sourceX, y: sourceY }, ...data.via, { x: targetX, y: targetY }]));
  return targetX < sourceX + 16 ? <RunningBack ends={ends} source={source} target={target} draw={draw} /> : <StraightOn ends={ends} draw={draw} />;
});

/** The connection while it is drawn, in the colour of what would flow. */
export function ConnectionLine({ fromX, fromY, toX, toY, fromPosition, toPosition, connectionStatus }: ConnectionLineComponentProps<FlowNode>) {
  const type = useEditor((state) => {
    const from = state.offer?.from;
    return from && typeAt(state.graph, from);
  });
  const [path] = getBezierPath({ sourceX: fromX, sourceY: fromY, sourcePosition: fromPosition, targetX: toX, targetY: toY, targetPosition: toPosition });
  return <path d={path} fill="none" stroke={type ? typeColor(type) : "var(--faint)"} strokeWidth={2} strokeLinecap="round" strokeDasharray={connectionStatus === "valid" ? undefined : "1 6"} />;
}
