"use client";

import { useLayoutEffect, useRef } from "react";
import { hatchBlankAlone } from "./hatching";
import type { Raster } from "./worker/contract";

/** Pixels of a cell: enough for its lines to be seen, few enough for large grids. */
const cell = 32;
const longestSide = 2048;

/** The blank cells of a picture, hatched; the others let see what lies below. */
export function UnknownCells({ raster, className }: { raster: Raster; className?: string }) {
  const element = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = element.current;
    if (!canvas || raster.width === 0 || raster.height === 0) return;
    const small = new OffscreenCanvas(raster.width, raster.height);
    small.getContext("2d")!.putImageData(new ImageData(raster.rgba, raster.width, raster.height), 0, 0);
    const by = Math.max(1, Math.min(cell, Math.floor(longestSide / Math.max(raster.width, raster.height))));
    Object.assign(canvas, { width: raster.width * by, height: raster.height * by });
    const context = canvas.getContext("2d")!;
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    hatchBlankAlone(context);
  }, [raster]);
  return <canvas ref={element} aria-hidden className={className} />;
}
