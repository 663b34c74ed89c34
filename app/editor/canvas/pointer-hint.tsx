"use client";

import { useEffect } from "react";
import { useEditor, useEditorStore } from "../store/editor-context";

const shownFor = 4000;

/** Why something was refused, said where it was tried. */
export function PointerHint() {
  const store = useEditorStore();
  const hint = useEditor((state) => state.hint);
  useEffect(() => {
    if (!hint) return;
    const timer = setTimeout(() => store.setState({ hint: null }), shownFor);
    return () => clearTimeout(timer);
  }, [store, hint]);
  return (
    <div role="status" className="pointer-events-none fixed inset-0 z-30">
      {hint && (
        <p
          key={hint.key}
          className="appear absolute w-max max-w-72 rounded-md border border-line bg-raised px-2.5 py-1.5 shadow-float"
          style={{ left: Math.min(hint.x + 14, window.innerWidth - 300), top: Math.min(hint.y + 14, window.innerHeight - 80) }}
        >
          {hint.text}
        </p>
      )}
    </div>
  );
}
