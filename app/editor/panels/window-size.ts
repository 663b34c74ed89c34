"use client";

import { useSyncExternalStore } from "react";

function subscribe(onChange: () => void) {
  window.addEventListener("resize", onChange);
  return () => window.removeEventListener("resize", onChange);
}

export function useWindowSize(): { width: number; height: number } {
  const width = useSyncExternalStore(subscribe, () => window.innerWidth, () => 1280);
  const height = useSyncExternalStore(subscribe, () => window.innerHeight, () => 720);
  return { width, height };
}

/** Below this width the side panels are sheets. */
export function useSheets(): boolean {
  return useWindowSize().width < 1024;
}
