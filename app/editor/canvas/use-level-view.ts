/** What of a level is in view: on coming back, what was; the first time, all of it. */
import { getViewportForBounds, useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { boundsOf } from "../graph/arrange";
import type { Level } from "../graph/levels";
import { useEditor, useEditorStore } from "../store/editor-context";
import { fitOptions } from "./fit-options";
import type { FlowNode } from "./flow-elements";

const boundsOfNodes = (nodes: readonly FlowNode[]) => boundsOf(nodes.map(({ position, measured }) => ({ ...position, width: measured?.width ?? 0, height: measured?.height ?? 0 })));

/**
 * Whether React Flow itself fits the view at first. Where it is first given some of the cards to measure (graph/card-shape.ts), the
 * view is set when all are there (`complete`), before any is painted: they are then drawn once, as they look from so far away.
 */
export function useLevelView(level: Level, nodes: readonly FlowNode[], complete: boolean): boolean {
  const store = useEditorStore();
  const focus = useEditor((state) => state.focus);
  const { getViewport, setViewport, fitView } = useReactFlow();
  const flow = useStoreApi();
  // Only what was opened is fitted: the first node dropped on an empty canvas stays where it was dropped.
  const [fits] = useState(() => complete && store.getState().graph.nodes.length > 0);
  const waits = useRef(!complete);
  const views = useRef(new Map<Level, Viewport>());
  const shown = useRef(level);
  const asked = useRef(focus);
  useLayoutEffect(() => {
    if (!waits.current || !complete || shown.current !== level) return;
    waits.current = false;
    const bounds = boundsOfNodes(nodes);
    const { panZoom, width, height, minZoom } = flow.getState();
    if (bounds && panZoom) void panZoom.setViewport(getViewportForBounds(bounds, width, height, minZoom, fitOptions.maxZoom, fitOptions.padding));
  }, [level, nodes, complete, flow]);
  useEffect(() => {
    const wanted = focus !== asked.current;
    asked.current = focus;
    if (shown.current === level) return;
    views.current.set(shown.current, getViewport());
    shown.current = level;
    // Whoever asked for a node to be shown brings it into view.
    const view = wanted ? undefined : views.current.get(level);
    waits.current = !wanted && !view && !complete;
    if (view) void setViewport(view);
    else if (!wanted && complete) void fitView(fitOptions);
  }, [level, complete, focus, getViewport, setViewport, fitView]);
  return fits;
}
