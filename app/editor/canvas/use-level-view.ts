/** What of a level is in view: on coming back, what was; the first time, all of it. */
import { useReactFlow, type Viewport } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { Level } from "../graph/levels";
import { useEditor } from "../store/editor-context";
import { fitOptions } from "./fit-options";

export function useLevelView(level: Level): void {
  const focus = useEditor((state) => state.focus);
  const { getViewport, setViewport, fitView } = useReactFlow();
  const views = useRef(new Map<Level, Viewport>());
  const shown = useRef(level);
  const asked = useRef(focus);
  useEffect(() => {
    const wanted = focus !== asked.current;
    asked.current = focus;
    if (shown.current === level) return;
    views.current.set(shown.current, getViewport());
    shown.current = level;
    // Whoever asked for a node to be shown brings it into view.
    if (wanted) return;
    const view = views.current.get(level);
    if (view) void setViewport(view);
    else void fitView(fitOptions);
  }, [level, focus, getViewport, setViewport, fitView]);
}
