"use client";

import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";
import { leavesBlank, readout } from "./views";
import type { Grid, Raster, View } from "./worker/contract";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface RasterCanvasProps {
  raster: Raster;
  view: View;
  label: string;
  /** The grid whose cells can be chosen; each is one pixel. */
  grid?: Grid | undefined;
  picked?: number | undefined;
  onPick?: ((index: number) => void) | undefined;
  /** Which pixel the pointer or the arrow keys are on. */
  onPoint?: ((at: Point | null) => void) | undefined;
  /** Shows nothing itself: the picture is what lies below, and this is for pointing at it. */
  clear?: boolean;
  className?: string;
}

/** What an arrow key moves by, in pixels; with Shift ten times as far. */
const moves: Readonly<Record<string, readonly [x: number, y: number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Each pixel of a raster as a square of its own: nothing is smoothed. */
export function RasterCanvas({ raster, view, label, grid, picked, onPick, onPoint, clear = false, className }: RasterCanvasProps) {
  const t = useTranslations();
  const element = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = element.current;
    if (!canvas || raster.width === 0 || raster.height === 0) return;
    // Setting the size clears the canvas, so it is set only when it changes.
    if (canvas.width !== raster.width || canvas.height !== raster.height) Object.assign(canvas, { width: raster.width, height: raster.height });
    if (!clear) canvas.getContext("2d")!.putImageData(new ImageData(raster.rgba, raster.width, raster.height), 0, 0);
  }, [raster, clear]);

  const placeOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (offset: number, size: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor((offset / size) * count)));
    return { x: at(event.clientX - box.left, box.width, raster.width), y: at(event.clientY - box.top, box.height, raster.height) };
  };
  const picks = grid !== undefined && onPick !== undefined;
  // Where keys read the values; a chosen patch is such a place too.
  const [cursor, setCursor] = useState<Point | null>(null);
  const chosen = picks && picked !== undefined ? { x: picked % grid.columns, y: Math.floor(picked / grid.columns) } : cursor;
  const reads = picks || onPoint !== undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (!reads || !move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // The steps of the run are walked through by the same keys elsewhere.
    event.stopPropagation();
    const [width, height] = picks ? [grid.columns, grid.rows] : [raster.width, raster.height];
    const by = event.shiftKey ? 10 : 1;
    const within = (at: number, count: number) => Math.min(count - 1, Math.max(0, at));
    const from = chosen ?? { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    const to = { x: within(from.x + move[0] * by, width), y: within(from.y + move[1] * by, height) };
    if (picks) onPick(to.y * width + to.x);
    else setCursor(to);
    onPoint?.(to);
  };
  const said = chosen && chosen.x < raster.width && chosen.y < raster.height ? readout(view, raster, chosen.x, chosen.y, t) : null;
  if (raster.width === 0 || raster.height === 0) return <p className="p-4 text-muted">{t("inspector.picture.empty")}</p>;
  return (
    <div className={classNames("relative", !clear && leavesBlank(view) && "hatched", className)} style={{ aspectRatio: `${raster.width} / ${raster.height}` }}>
      <canvas
        ref={element}
        role={reads ? "application" : "img"}
        aria-roledescription={picks ? t("inspector.picture.grid") : reads ? t("inspector.picture.reads") : undefined}
        aria-label={said === null ? label : t(picks ? "inspector.picture.chosen" : "inspector.picture.read", { label, readout: said })}
        tabIndex={reads ? 0 : undefined}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setCursor(null);
          if (cursor) onPoint?.(null);
        }}
        onPointerMove={(event) => onPoint?.(placeOf(event))}
        onPointerLeave={() => onPoint?.(null)}
        onClick={(event) => {
          if (!picks) return;
          const { x, y } = placeOf(event as unknown as PointerEvent);
          onPick(y * grid.columns + x);
        }}
        className={classNames("block size-full [image-rendering:pixelated]", picks && "cursor-crosshair")}
      />
      {cursor && !picks && <Mark at={cursor} columns={raster.width} rows={raster.height} />}
      {grid && picked !== undefined && picked < grid.rows * grid.columns && <Mark at={{ x: picked % grid.columns, y: Math.floor(picked / grid.columns) }} columns={grid.columns} rows={grid.rows} />}
    </div>
  );
}

/** A frame around a pixel, or where pixels are small, around its place. Its line stays thin on a surface that zooms. */
function Mark({ at, columns, rows }: { at: Point; columns: number; rows: number }) {
  const side = (count: number) => `max(${100 / count}%, calc(10px / var(--zoom, 1)))`;
  const line = "calc(2px / var(--zoom, 1))";
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute -translate-1/2 border-white outline-black outline-solid"
      style={{ left: `${((at.x + 0.5) / columns) * 100}%`, top: `${((at.y + 0.5) / rows) * 100}%`, width: side(columns), height: side(rows), borderWidth: line, outlineWidth: line }}
    />
  );
}

/** A line below a picture for what the pointer is on; its place is kept when there is nothing to say. */
export function Readout({ view, raster, at }: { view: View; raster: Raster; at: Point | null }) {
  const t = useTranslations();
  const within = at !== null && at.x < raster.width && at.y < raster.height;
  return <output className="number block h-5 truncate text-sm text-muted">{within && readout(view, raster, at.x, at.y, t)}</output>;
}
