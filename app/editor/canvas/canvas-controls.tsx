"use client";

import { useReactFlow, useStore } from "@xyflow/react";
import { Grid3x3, Maximize, Minus, Plus } from "lucide-react";
import { useTranslations } from "use-intl";
import { CommandButton } from "../shortcuts/command-button";
import { fitOptions } from "./fit-options";
import { toggleGrid, useSnapSetting } from "./snap-setting";

/** Zoom, with the zoom as it is between its buttons, and the grid. */
export function CanvasControls() {
  const t = useTranslations();
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const grid = useSnapSetting((setting) => setting.grid);
  const zoom = useStore((state) => state.transform[2]);
  return (
    <div role="group" aria-label={t("canvas.view.label")} className="absolute bottom-3 left-3 flex items-center rounded-lg border border-line bg-panel p-0.5 select-none">
      <CommandButton command="zoom-out" label={t("canvas.view.zoomOut")} side="top" size="small" icon={<Minus size={15} />} onClick={() => void zoomOut()} />
      <button type="button" aria-label={t("canvas.view.zoomToOne")} className="number h-6 w-12 rounded-md text-sm text-muted hover:bg-hover hover:text-ink" onClick={() => void zoomTo(1)}>
        {t("canvas.view.percent", { percent: Math.round(zoom * 100) })}
      </button>
      <CommandButton command="zoom-in" label={t("canvas.view.zoomIn")} side="top" size="small" icon={<Plus size={15} />} onClick={() => void zoomIn()} />
      <CommandButton command="fit" label={t("canvas.view.fit")} side="top" size="small" icon={<Maximize size={14} />} onClick={() => void fitView(fitOptions)} />
      <CommandButton command="snap" label={t("canvas.view.snap")} side="top" size="small" aria-pressed={grid} icon={<Grid3x3 size={14} />} onClick={toggleGrid} />
    </div>
  );
}
