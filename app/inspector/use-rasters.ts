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
 * The pictures of some views of one place, such as a node's steps. Those before stay until new ones are there, and a request overtaken by a newer one is
 * never sent: scrubbing draws as many steps as can be drawn, and ends on the last.
 */
export function useRasters(views: readonly View[] | null, shared: boolean, place = ""): Drawing {
  const [drawing, setDrawing] = useState(nothing);
  const wanted = useRef<{ views: readonly View[]; shared: boolean; place: string } | null>(null);
  const busy = useRef(false);
  const key = views === null ? null : JSON.stringify(views);
  // Another node's picture must not stand under this one's name.
  const [drawnPlace, setDrawnPlace] = useState(place);
  if (drawnPlace !== place) {
    setDrawnPlace(place);
    setDrawing(nothing);
  }
  useEffect(() => {
    wanted.current = views && { views, shared, place };
    if (views === null) {
      setDrawing(nothing);
      return;
    }
    const next = async () => {
      if (busy.current) return;
      busy.current = true;
      while (wanted.current) {
        const request: NonNullable<typeof wanted.current> = wanted.current;
        // Nothing may be wanted any more, or something of another place.
        const counts = () => wanted.current?.place === request.place;
        try {
          const rasters = await inspectorWorker().draw(request.views, request.shared);
          if (counts()) setDrawing({ drawn: { views: request.views, rasters }, error: null });
        } catch (error) {
          if (counts()) setDrawing({ drawn: null, error: error instanceof Error ? error.message : String(error) });
        }
        if (wanted.current === request) wanted.current = null;
      }
      busy.current = false;
    };
    void next();
    // The key stands for the views.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key, shared, place]);
  return drawing;
}
