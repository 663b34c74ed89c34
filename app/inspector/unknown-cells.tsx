"use client";

import { useMemo } from "react";
import { classNames } from "@/app/ui/class-names";
import { blankOutline } from "./blank-outline";
import type { Raster } from "./worker/contract";

/** The blank cells of a picture, hatched as everywhere on the page; the others let see what lies below. */
export function UnknownCells({ raster, className }: { raster: Raster; className?: string }) {
  const outline = useMemo(() => blankOutline(raster), [raster]);
  return outline && <div aria-hidden className={classNames("hatched", className)} style={{ clipPath: outline }} />;
}
