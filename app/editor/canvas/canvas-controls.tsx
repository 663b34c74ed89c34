"use client";

import { useReactFlow, useStore } from "@xyflow/react";
import { Grid3x3, Maximize, Minus, Plus } from "lucide-react";
import { IconButton } from "@/app/ui/icon-button";
import { fitOptions } from "./fit-options";
import { toggleGrid, useSnapSetting } from "./snap-setting";

/** Zoom, with the zoom as it is between its buttons, and the grid. */
export function CanvasControls() {
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const grid = useSnapSetting((setting) => setting.grid);
  const zoom = useStore((state) => state.transform[2]);
  return (
    <div role="group" aria-label="View of the canvas" className="absolute bottom-3 left-3 flex items-center rounded-lg border border-line bg-panel p-0.5">
      <IconButton label="Zoom out" keys="-" side="top" size="small" icon={<Minus size={15} />} onClick={() => void zoomOut()} />
      <button type="button" aria-label="Zoom to 100 %" className="number h-6 w-12 rounded-md text-sm text-muted hover:bg-hover hover:text-ink" onClick={() => void zoomTo(1)}>
        {Math.round(zoom * 100)} %
      </button>
      <IconButton label="Zoom in" keys="+" side="top" size="small" icon={<Plus size={15} />} onClick={() => void zoomIn()} />
      <IconButton label="Fit the workflow in view" keys="f" side="top" size="small" icon={<Maximize size={14} />} onClick={() => void fitView(fitOptions)} />
      <IconButton label="Snap to the grid" keys="shift+g" side="top" size="small" aria-pressed={grid} icon={<Grid3x3 size={14} />} onClick={toggleGrid} />
    </div>
  );
}
