"use client";

import { useEffect, useRef, useState } from "react";
import { inspectorWorker } from "./worker/shared-inspector";
import type { Raster, View } from "./worker/contract";

export interface Drawn {
  /** The views that the rasters show: while newer ones are drawn, those before. */
  readonly views: readonly View[];
  readonly rasters: readonly Raster[];
}

export interface Drawing {
  readonly drawn: Drawn | null;
  readonly error: string | null;
}

const nothing: Drawing = { drawn: null, error: null };

/**
 * The pictures of some views. Those before stay until new ones are there, and a request overtaken by a newer one is
 * never sent: scrubbing draws as many steps as can be drawn, and ends on the last.
 */
export function useRasters(views: readonly View[] | null, shared: boolean): Drawing {
  const [drawing, setDrawing] = useState(nothing);
  const wanted = useRef<{ views: readonly View[]; shared: boolean } | null>(null);
  const busy = useRef(false);
  const key = views === null ? null : JSON.stringify(views);
  useEffect(() => {
    wanted.current = views && { views, shared };
    if (views === null) {
      setDrawing(nothing);
      return;
    }
    const next = async () => {
      if (busy.current) return;
      busy.current = true;
      while (wanted.current) {
        const request = wanted.current;
        try {
          const rasters = await inspectorWorker().draw(request.views, request.shared);
          setDrawing({ drawn: { views: request.views, rasters }, error: null });
        } catch (error) {
          setDrawing({ drawn: null, error: error instanceof Error ? error.message : String(error) });
        }
        if (wanted.current === request) wanted.current = null;
      }
      busy.current = false;
    };
    void next();
    // The key stands for the views.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key, shared]);
  return drawing;
}
