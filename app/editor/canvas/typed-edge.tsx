"use client";

import { BaseEdge, type ConnectionLineComponentProps, type EdgeProps, getBezierPath, getSmoothStepPath, useInternalNode } from "@xyflow/react";
import { memo } from "react";
import { typeColor } from "../node/port-shape";
import { useEditor } from "../store/editor-context";
import { typeAt } from "../store/connection-actions";
import type { FlowEdge, FlowNode } from "./flow-elements";
import { ledPath } from "./led-path";

/** Where an edge that runs back to the left crosses over: between the two cards when one is above the other. */
function useCrossing(source: string, target: string): number | undefined {
  const [from, to] = [useInternalNode(source), useInternalNode(target)];
  const span = (node: typeof from) => node && { top: node.internals.positionAbsolute.y, bottom: node.internals.positionAbsolute.y + (node.measured.height ?? 0) };
  const [a, b] = [span(from), span(to)];
  if (!a || !b) return undefined;
  if (a.bottom < b.top) return (a.bottom + b.top) / 2;
  return b.bottom < a.top ? (b.bottom + a.top) / 2 : undefined;
}

export const TypedEdge = memo(function TypedEdge({ id, data, selected = false, source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: EdgeProps<FlowEdge>) {
  const crossing = useCrossing(source, target);
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const [usual] = targetX < sourceX + 16 && crossing !== undefined ? getSmoothStepPath({ ...ends, borderRadius: 12, offset: 18, centerY: crossing }) : getBezierPath(ends);
  const path = data?.via ? ledPath([{ x: sourceX, y: sourceY }, ...data.via, { x: targetX, y: targetY }]) : usual;
  const look = useEditor((state) => (state.insertion === id ? "taking" : state.offer === null ? "usual" : "quiet"));
  return (
    <>
      {(selected || look === "taking") && <path d={path} fill="none" stroke="var(--accent)" strokeWidth={look === "taking" ? 12 : 7} strokeOpacity={0.35} strokeLinecap="round" />}
      <BaseEdge path={path} interactionWidth={18} style={{ stroke: data ? typeColor(data.type) : "var(--faint)", strokeWidth: 2, opacity: look === "quiet" ? 0.35 : 1 }} />
    </>
  );
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
