"use client";

import { useCallback } from "react";
import type { Zoom } from "@/app/inspector/zoom-surface";
import { useEditor, useEditorStore } from "../store/editor-context";

/** How far in the picture over the canvas is shown; links carry it. */
export function useZoom(): [Zoom, (zoom: Zoom) => void] {
  const store = useEditorStore();
  return [useEditor((state) => state.zoom), useCallback((zoom: Zoom) => store.setState({ zoom }), [store])];
}
