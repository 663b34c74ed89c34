"use client";

import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "@/app/ui/class-names";

/** How far in, and which part: shared by pictures that are compared. */
export interface Zoom {
  /** 1 shows all of it. */
  readonly scale: number;
  /** Of the surface's size. */
  readonly x: number;
  readonly y: number;
}

export const wholePicture: Zoom = { scale: 1, x: 0, y: 0 };

/** Enough to make one pixel of a large picture as big as a thumb. */
const most = 64;

/** Zooming keeps the point under the pointer where it is; the picture never leaves the surface altogether. */
export function zoomed(before: Zoom, by: number, at: { x: number; y: number }): Zoom {
  const scale = Math.min(most, Math.max(1, before.scale * by));
  const ratio = scale / before.scale;
  return held({ scale, x: at.x - (at.x - before.x) * ratio, y: at.y - (at.y - before.y) * ratio });
}

export function held({ scale, x, y }: Zoom): Zoom {
  const limit = (offset: number) => Math.min(0, Math.max(1 - scale, offset));
  return { scale, x: limit(x), y: limit(y) };
}

/** Size in CSS pixels at which a picture fits: whole multiples of its pixels where there is room, so that all are equal. */
export function fitted(picture: { width: number; height: number }, room: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  const whole = scale >= 1 ? Math.floor(scale) : scale;
  return { width: picture.width * whole, height: picture.height * whole };
}

function useSize() {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, size };
}

interface ZoomSurfaceProps {
  label: string;
  /** In its own pixels. */
  picture: { width: number; height: number };
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  children: ReactNode;
  className?: string;
}

/** A picture that fits, with the wheel and + and - to look closer, and dragging to move. */
export function ZoomSurface({ label, picture, zoom, onZoom, children, className }: ZoomSurfaceProps) {
  const t = useTranslations();
  const { element, size } = useSize();
  const drag = useRef<{ x: number; y: number; zoom: Zoom; moved: boolean } | null>(null);
  useEffect(() => {
    const surface = element.current;
    // React listens passively to wheels, and the page must not scroll.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = surface!.getBoundingClientRect();
      onZoom(zoomed(zoom, Math.exp(-event.deltaY * 0.002), { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height }));
    };
    surface?.addEventListener("wheel", onWheel, { passive: false });
    return () => surface?.removeEventListener("wheel", onWheel);
  }, [element, zoom, onZoom]);
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    if (!from || !size) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.moved && Math.hypot(dx, dy) < 4) return;
    if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId);
    from.moved = true;
    onZoom(held({ ...from.zoom, x: from.zoom.x + dx / size.width, y: from.zoom.y + dy / size.height }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const by = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    const right = Number(event.key === "ArrowLeft") - Number(event.key === "ArrowRight");
    const down = Number(event.key === "ArrowUp") - Number(event.key === "ArrowDown");
    if (by !== undefined) onZoom(zoomed(zoom, by, { x: 0.5, y: 0.5 }));
    else if (event.key === "0") onZoom(wholePicture);
    // Of a picture that is all in sight, the arrows walk through the steps.
    else if ((right !== 0 || down !== 0) && zoom.scale > 1) onZoom(held({ ...zoom, x: zoom.x + right / 8, y: zoom.y + down / 8 }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const inside = size && fitted(picture, size);
  return (
    // A surface to move about on, as a map is: + and − zoom, arrows move, 0 shows all.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={element}
      role="group"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t("inspector.picture.surface", { label })}
      className={classNames("relative min-h-0 min-w-0 flex-1 touch-none overflow-hidden rounded-lg bg-field", zoom.scale > 1 && "cursor-grab", className)}
      onPointerDown={(event) => {
        if (event.button === 0) drag.current = { x: event.clientX, y: event.clientY, zoom, moved: false };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onDoubleClick={() => onZoom(wholePicture)}
      onKeyDown={onKeyDown}
    >
      {size && inside && (
        <div className="absolute inset-0 origin-top-left" style={{ transform: `translate(${zoom.x * size.width}px, ${zoom.y * size.height}px) scale(${zoom.scale})`, "--zoom": zoom.scale } as CSSProperties}>
          <div className="absolute top-1/2 left-1/2 -translate-1/2" style={inside}>
            {children}
          </div>
        </div>
      )}
    </div>
  );
}
