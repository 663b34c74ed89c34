"use client";

import { useStoreApi } from "@xyflow/react";
import { useTheme } from "next-themes";
import { useEffect, useRef } from "react";
import { dotGap, dotSize } from "./dot-gap";

/** Milliseconds without a change after which the zoom rests. */
const rest = 100;

/**
 * The dots of the grid. Drawn once for each zoom and moved with the view: a pattern, as React Flow draws them, is painted over the
 * whole canvas at every frame. `resting`: while the zoom changes there are none.
 */
export function CanvasDots({ resting }: { resting: boolean }) {
  const { resolvedTheme } = useTheme();
  const flow = useStoreApi();
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = element.current!;
    let drawn = "";
    let zoomedAt = 0;
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (gap: number, size: number, columns: number, rows: number) => {
      const dense = devicePixelRatio;
      const [width, height] = [Math.ceil((columns + 1) * gap * dense), Math.ceil((rows + 1) * gap * dense)];
      Object.assign(canvas, { width, height });
      Object.assign(canvas.style, { width: `${width / dense}px`, height: `${height / dense}px` });
      const context = canvas.getContext("2d")!;
      context.fillStyle = getComputedStyle(canvas).getPropertyValue("--dots");
      const side = Math.max(1, Math.round(size * dense));
      for (let row = 0; row <= rows; row++) for (let column = 0; column <= columns; column++) context.fillRect(Math.round(column * gap * dense), Math.round(row * gap * dense), side, side);
    };
    const show = () => {
      frame = 0;
      const { transform: [x, y, zoom], width, height } = flow.getState();
      const [gap, size] = [dotGap(zoom), dotSize(zoom)];
      const [columns, rows] = [Math.ceil(width / gap), Math.ceil(height / gap)];
      const looks = [gap, size, columns, rows, devicePixelRatio].join();
      if (looks !== drawn && (!resting || drawn === "" || performance.now() - zoomedAt >= rest)) {
        draw(gap, size, columns, rows);
        drawn = looks;
      }
      canvas.style.visibility = looks === drawn ? "" : "hidden";
      clearTimeout(timer);
      if (looks !== drawn) timer = setTimeout(later, rest);
      const shift = (at: number) => Math.round(((at % gap) - gap * Number(at % gap > 0) - size / 2) * devicePixelRatio) / devicePixelRatio;
      canvas.style.transform = `translate(${shift(x)}px, ${shift(y)}px)`;
    };
    const later = () => {
      frame ||= requestAnimationFrame(show);
    };
    later();
    const unsubscribe = flow.subscribe((state, before) => {
      if (state.transform[2] !== before.transform[2]) zoomedAt = performance.now();
      if (state.transform !== before.transform || state.width !== before.width || state.height !== before.height) later();
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [flow, resolvedTheme, resting]);
  return <canvas ref={element} aria-hidden className="pointer-events-none absolute top-0 left-0" />;
}
