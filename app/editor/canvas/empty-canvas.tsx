"use client";

import { useEditor } from "../store/editor-context";
import { Shortcut } from "@/app/ui/shortcut";

/** What an empty canvas is for. It takes no clicks: the canvas under it does. */
export function EmptyCanvas() {
  const empty = useEditor((state) => state.graph.nodes.length === 0 && !state.graph.frames && !state.graph.notes);
  if (!empty) return null;
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
      <div className="flex max-w-md flex-col items-center gap-2 rounded-xl bg-page px-8 py-6 text-center">
        <p className="text-lg font-semibold">This workflow has no nodes yet</p>
        <p className="text-muted">Drag one here from the list on the left, double-click to search, or paste nodes you copied. Drop a picture to start from it.</p>
        <p className="mt-2 flex items-center gap-3 text-sm text-faint">
          <span className="flex items-center gap-1.5">
            <Shortcut keys="tab" /> add a node
          </span>
          <span className="flex items-center gap-1.5">
            <Shortcut keys="mod+v" /> paste
          </span>
        </p>
      </div>
    </div>
  );
}
