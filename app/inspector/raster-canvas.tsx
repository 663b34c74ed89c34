"use client";

import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef } from "react";
import { classNames } from "@/app/ui/class-names";
import { readout } from "./views";
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
  className?: string;
}

/** Each pixel of a raster as a square of its own: nothing is smoothed. */
export function RasterCanvas({ raster, view, label, grid, picked, onPick, onPoint, className }: RasterCanvasProps) {
  const element = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = element.current;
    if (!canvas || raster.width === 0 || raster.height === 0) return;
    // Setting the size clears the canvas, so it is set only when it changes.
    if (canvas.width !== raster.width || canvas.height !== raster.height) Object.assign(canvas, { width: raster.width, height: raster.height });
    canvas.getContext("2d")!.putImageData(new ImageData(raster.rgba, raster.width, raster.height), 0, 0);
  }, [raster]);

  const placeOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (offset: number, size: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor((offset / size) * count)));
    return { x: at(event.clientX - box.left, box.width, raster.width), y: at(event.clientY - box.top, box.height, raster.height) };
  };
  const picks = grid !== undefined && onPick !== undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!picks) return;
    const { rows, columns } = grid;
    const at = picked ?? 0;
    const [row, column] = [Math.floor(at / columns), at % columns];
    const moves: Record<string, number> = {
      ArrowLeft: column > 0 ? at - 1 : at,
      ArrowRight: column < columns - 1 ? at + 1 : at,
      ArrowUp: row > 0 ? at - columns : at,
      ArrowDown: row < rows - 1 ? at + columns : at,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onPick(to);
    onPoint?.({ x: to % columns, y: Math.floor(to / columns) });
  };
  if (raster.width === 0 || raster.height === 0) return <p className="p-4 text-muted">This tensor has no elements.</p>;
  return (
    <div className={classNames("relative", className)} style={{ aspectRatio: `${raster.width} / ${raster.height}` }}>
      <canvas
        ref={element}
        role={picks ? "application" : "img"}
        aria-roledescription={picks ? "patch grid" : undefined}
        aria-label={picks && picked !== undefined ? `${label}. Chosen: ${readout(view, raster, picked % grid.columns, Math.floor(picked / grid.columns)) ?? ""}` : label}
        tabIndex={picks ? 0 : undefined}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => onPoint?.(placeOf(event))}
        onPointerLeave={() => onPoint?.(null)}
        onClick={(event) => {
          if (!picks) return;
          const { x, y } = placeOf(event as unknown as PointerEvent);
          onPick(y * grid.columns + x);
        }}
        className={classNames("block size-full [image-rendering:pixelated]", picks && "cursor-crosshair")}
      />
      {grid && picked !== undefined && picked < grid.rows * grid.columns && (
        <span
          aria-hidden
          className="pointer-events-none absolute border-2 border-white outline-2 outline-black"
          style={{ left: `${((picked % grid.columns) / grid.columns) * 100}%`, top: `${(Math.floor(picked / grid.columns) / grid.rows) * 100}%`, width: `${100 / grid.columns}%`, height: `${100 / grid.rows}%` }}
        />
      )}
    </div>
  );
}

/** A line below a picture for what the pointer is on; its place is kept when there is nothing to say. */
export function Readout({ view, raster, at }: { view: View; raster: Raster; at: Point | null }) {
  const within = at !== null && at.x < raster.width && at.y < raster.height;
  return <output className="number block h-5 truncate text-sm text-muted">{within && readout(view, raster, at.x, at.y)}</output>;
}
