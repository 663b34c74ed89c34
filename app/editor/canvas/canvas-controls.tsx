"use client";

import { useReactFlow, useStore } from "@xyflow/react";
import { Grid3x3, Maximize, Minus, Plus } from "lucide-react";
import { CommandButton } from "../shortcuts/command-button";
import { fitOptions } from "./fit-options";
import { toggleGrid, useSnapSetting } from "./snap-setting";

/** Zoom, with the zoom as it is between its buttons, and the grid. */
export function CanvasControls() {
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const grid = useSnapSetting((setting) => setting.grid);
  const zoom = useStore((state) => state.transform[2]);
  return (
    <div role="group" aria-label="View of the canvas" className="absolute bottom-3 left-3 flex items-center rounded-lg border border-line bg-panel p-0.5">
      <CommandButton command="zoom-out" label="Zoom out" side="top" size="small" icon={<Minus size={15} />} onClick={() => void zoomOut()} />
      <button type="button" aria-label="Zoom to 100 %" className="number h-6 w-12 rounded-md text-sm text-muted hover:bg-hover hover:text-ink" onClick={() => void zoomTo(1)}>
        {Math.round(zoom * 100)} %
      </button>
      <CommandButton command="zoom-in" label="Zoom in" side="top" size="small" icon={<Plus size={15} />} onClick={() => void zoomIn()} />
      <CommandButton command="fit" label="Fit the workflow in view" side="top" size="small" icon={<Maximize size={14} />} onClick={() => void fitView(fitOptions)} />
      <CommandButton command="snap" label="Snap to the grid" side="top" size="small" aria-pressed={grid} icon={<Grid3x3 size={14} />} onClick={toggleGrid} />
    </div>
  );
}
