"use client";

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { buffersOf, createRasterFeed, type Drawing, type Drawn, nothingDrawn } from "./raster-feed";
import { inspectorWorker } from "./worker/shared-inspector";
import type { View } from "./worker/contract";
import { keyOfViews } from "./worker/messages";

const noNext = () => [];

/**
 * The pictures of some views of one place, such as a node's steps. Those before stay until new ones are there. `next`
 * names the views that may be wanted next, the first first: they are drawn while nothing else is, and shown without waiting.
 */
export function useRasters(views: readonly View[] | null, shared: boolean, place = "", next: () => readonly (readonly View[])[] = noNext): Drawing {
  const [drawing, setDrawing] = useState(nothingDrawn);
  const [feed] = useState(() => createRasterFeed(inspectorWorker, setDrawing));
  const key = views === null ? null : keyOfViews(views);
  // Another node's picture must not stand under this one's name.
  const [drawnPlace, setDrawnPlace] = useState(place);
  if (drawnPlace !== place) {
    setDrawnPlace(place);
    setDrawing(nothingDrawn);
  }
  // Before the browser paints: what was drawn ahead is part of the same picture of the page.
  useLayoutEffect(() => {
    feed.want(views && { views, shared, place }, () => next().map((following) => ({ views: following, shared, place })));
    // The key stands for the views.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key, shared, place]);
  const shown = useRef<Drawn | null>(null);
  useEffect(() => {
    // What is shown now has been painted, and nothing holds what was shown before it.
    if (shown.current && shown.current !== drawing.drawn) void inspectorWorker().giveBack(buffersOf(shown.current));
    shown.current = drawing.drawn;
  }, [drawing]);
  return drawing;
}
