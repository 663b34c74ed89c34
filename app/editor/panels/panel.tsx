"use client";

import { type KeyboardEvent, type PointerEvent as ReactPointerEvent, type ReactNode, useRef } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { closeSheet, limits, type PanelName, resizePanel, suitingSize, togglePanel, usePanelLayout } from "./panel-layout";
import { useSheets, useWindowSize } from "./window-size";

interface PanelProps {
  name: PanelName;
  children: ReactNode;
}

/** Which way the panel grows when its edge is pulled. */
const growth: Record<PanelName, { axis: "x" | "y"; sign: 1 | -1; edge: string }> = {
  palette: { axis: "x", sign: 1, edge: "top-0 -right-1 h-full w-2 cursor-col-resize" },
  details: { axis: "x", sign: -1, edge: "top-0 -left-1 h-full w-2 cursor-col-resize" },
  steps: { axis: "y", sign: -1, edge: "-top-1 left-0 h-2 w-full cursor-row-resize" },
};

/** The edge between a panel and the canvas: dragged, moved with arrow keys, reset with a double click. */
function Edge({ name, size }: { name: PanelName; size: number }) {
  const t = useTranslations();
  const { axis, sign, edge } = growth[name];
  const start = useRef<{ at: number; size: number } | null>(null);
  const at = (event: ReactPointerEvent) => (axis === "x" ? event.clientX : event.clientY);
  const onKeyDown = (event: KeyboardEvent) => {
    const keys = axis === "x" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const step = keys.indexOf(event.key);
    if (event.key === "Enter") togglePanel(name, false);
    else if (step >= 0) resizePanel(name, size + (step === 0 ? -1 : 1) * sign * 16);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={t("panels.resize", { panel: t(`panels.names.${name}`).toLowerCase() })}
      aria-orientation={axis === "x" ? "vertical" : "horizontal"}
      aria-valuenow={size}
      aria-valuemin={limits[name].min}
      aria-valuemax={limits[name].max}
      className={classNames("absolute z-10 outline-offset-[-3px] hover:bg-accent/25 active:bg-accent/40", edge)}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: at(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current) resizePanel(name, start.current.size + sign * (at(event) - start.current.at));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onDoubleClick={() => resizePanel(name, null)}
      onKeyDown={onKeyDown}
    />
  );
}

const sides: Record<PanelName, string> = { palette: "border-r", details: "border-l", steps: "border-t" };

export function Panel({ name, children }: PanelProps) {
  const t = useTranslations();
  const panel = usePanelLayout((state) => state.panels[name]);
  const sheet = usePanelLayout((state) => state.sheet);
  const window = useWindowSize();
  const sheets = useSheets();
  const label = t(`panels.names.${name}`);
  const size = panel.size ?? suitingSize(name, window);
  if (sheets && name !== "steps") {
    if (sheet !== name) return null;
    return (
      <>
        <div className="absolute inset-0 z-20 bg-scrim" onClick={closeSheet} />
        <aside aria-label={label} className={classNames("appear absolute inset-y-0 z-20 bg-panel shadow-float", name === "palette" ? "left-0 w-72" : "right-0 w-[min(26rem,90vw)]")}>
          {children}
        </aside>
      </>
    );
  }
  if (!panel.open) return null;
  return (
    <aside aria-label={label} className={classNames("relative shrink-0 border-line bg-panel", sides[name])} style={{ [name === "steps" ? "height" : "width"]: size }}>
      {children}
      <Edge name={name} size={size} />
    </aside>
  );
}
