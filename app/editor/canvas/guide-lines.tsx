"use client";

import { useStore, ViewportPortal } from "@xyflow/react";
import type { Guide } from "../graph/arrange";

/** The lines a dragged card has snapped to. */
export function GuideLines({ guides }: { guides: readonly Guide[] }) {
  const zoom = useStore((state) => state.transform[2]);
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => {
        const thin = 1 / zoom;
        const style = axis === "x" ? { left: at - thin / 2, top: from, width: thin, height: to - from } : { left: from, top: at - thin / 2, width: to - from, height: thin };
        return <div key={axis} aria-hidden className="pointer-events-none absolute z-[2000] bg-accent" style={style} />;
      })}
    </ViewportPortal>
  );
}
