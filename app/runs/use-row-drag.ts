"use client";

import { type CSSProperties, type PointerEvent, useEffect, useState } from "react";

interface Drag {
  id: string;
  /** Where the pointer went down, and how far it is from there, in px. */
  from: number;
  distance: number;
  /** Of one row; all are alike. */
  height: number;
}

interface RowDrag {
  dragged: string | null;
  /** For the handle of a row, which needs `touch-action: none`. */
  handle(id: string): { onPointerDown(event: PointerEvent<HTMLElement>): void };
  /** Where a row is drawn while one is dragged. */
  style(id: string): CSSProperties | undefined;
}

/** Dragging rows of a list by a handle, with mouse, pen or finger. `ids` may change meanwhile: the dragged row keeps its id. */
export function useRowDrag(ids: readonly string[], onMove: (id: string, place: number) => void): RowDrag {
  const [drag, setDrag] = useState<Drag | null>(null);
  const at = drag ? ids.indexOf(drag.id) : -1;
  const target = drag && at >= 0 ? Math.min(ids.length - 1, Math.max(0, at + Math.round(drag.distance / drag.height))) : -1;

  useEffect(() => {
    if (!drag) return;
    const move = (event: globalThis.PointerEvent) => setDrag({ ...drag, distance: event.clientY + window.scrollY - drag.from });
    const drop = () => {
      setDrag(null);
      if (target >= 0 && target !== at) onMove(drag.id, target);
    };
    const giveUp = () => setDrag(null);
    const key = (event: KeyboardEvent) => event.key === "Escape" && giveUp();
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", giveUp);
    window.addEventListener("keydown", key);
    return () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("pointercancel", giveUp);
      window.removeEventListener("keydown", key);
    };
  }, [drag, target, at, onMove]);

  return {
    dragged: at >= 0 && drag ? drag.id : null,
    handle: (id) => ({
      onPointerDown(event) {
        const row = event.currentTarget.closest("li");
        if (!row || event.button !== 0) return;
        setDrag({ id, from: event.clientY + window.scrollY, distance: 0, height: row.getBoundingClientRect().height });
      },
    }),
    style(id) {
      if (!drag || at < 0) return undefined;
      if (id === drag.id) return { transform: `translateY(${drag.distance}px)` };
      const index = ids.indexOf(id);
      const shift = index > at && index <= target ? -drag.height : index < at && index >= target ? drag.height : 0;
      return { transform: `translateY(${shift}px)` };
    },
  };
}
