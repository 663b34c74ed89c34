"use client";

import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useTheme } from "next-themes";
import { type PointerEvent, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { type Bounds, boundsOf } from "../graph/arrange";
import type { FlowEdge, FlowNode } from "./flow-elements";
import { holds, inOverview, onCanvas, overviewFit, zoomAfterWheel } from "./overview-fit";

const size = { width: 148, height: 86 };
/** Milliseconds: as often the overview follows what is dragged, a hair's breadth at a time. */
const pace = 100;

type FlowState = ReturnType<ReturnType<typeof useStoreApi<FlowNode, FlowEdge>>["getState"]>;
type Kind = NonNullable<FlowNode["type"]>;

/** Dots of edges are too small to be seen. */
const colors: Partial<Record<Kind, string>> = { frame: "--hover", card: "--line-strong", note: "--line", border: "--line" };

interface Mark extends Bounds {
  readonly kind: Kind;
}

function marksOf({ nodes, nodeLookup }: FlowState): Mark[] {
  return nodes.flatMap(({ id, type: kind = "card" }) => {
    const node = nodeLookup.get(id);
    if (!node || !colors[kind]) return [];
    return [{ kind, ...node.internals.positionAbsolute, width: node.measured.width ?? 0, height: node.measured.height ?? 0 }];
  });
}

function viewOf({ transform: [x, y, zoom], width, height }: FlowState): Bounds {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

/** Draws onto `canvas` whenever it is called; what lies on the canvas is gone through only when it changed. */
function createDrawing(canvas: HTMLCanvasElement) {
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const tokens = new Map<string, string>();
  const token = (name: string) => tokens.get(name) ?? tokens.set(name, style.getPropertyValue(name)).get(name)!;
  let known: { nodes: readonly FlowNode[]; marks: readonly Mark[]; around: Bounds | null } | null = null;
  return (state: FlowState) => {
    if (known?.nodes !== state.nodes) {
      const marks = marksOf(state);
      known = { nodes: state.nodes, marks, around: boundsOf(marks) };
    }
    const fit = overviewFit(known.around, viewOf(state), size);
    const dense = devicePixelRatio;
    Object.assign(canvas, { width: size.width * dense, height: size.height * dense });
    context.scale(dense, dense);
    for (const mark of known.marks) {
      const { x, y, width, height } = inOverview(fit, mark);
      context.fillStyle = token(colors[mark.kind]!);
      context.fillRect(x, y, Math.max(1, width), Math.max(1, height));
    }
    const { x, y, width, height } = inOverview(fit, viewOf(state));
    context.beginPath();
    context.rect(0, 0, size.width, size.height);
    context.rect(x, y, width, height);
    context.globalAlpha = 0.7;
    context.fillStyle = token("--page");
    context.fill("evenodd");
    context.globalAlpha = 1;
    context.strokeStyle = token("--line-strong");
    context.strokeRect(x, y, width, height);
  };
}

/**
 * The whole canvas in a corner, and which part of it is in view. Drawn as one picture: an element for each node, as React Flow's
 * own has it, took a third of the time of each frame in a workflow of a thousand.
 */
export function Overview() {
  const t = useTranslations();
  const { resolvedTheme } = useTheme();
  const flow = useStoreApi<FlowNode, FlowEdge>();
  const { setViewport, zoomTo } = useReactFlow();
  const element = useRef<HTMLCanvasElement>(null);
  const held = useRef<{ readonly x: number; readonly y: number } | null>(null);

  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let draw: ReturnType<typeof createDrawing> | null = null;
    const later = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        clearTimeout(timer);
        timer = undefined;
        // Made in a frame, not at once: the colours of another theme are there by then.
        draw ??= createDrawing(element.current!);
        draw(flow.getState());
      });
    };
    later();
    const unsubscribe = flow.subscribe((state, before) => {
      if (state.transform !== before.transform || state.width !== before.width || state.height !== before.height) later();
      else if (state.nodes !== before.nodes) timer ??= setTimeout(later, pace);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [flow, resolvedTheme]);

  useEffect(() => {
    const canvas = element.current!;
    // React's own listeners could not keep the page from being zoomed instead.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      void zoomTo(zoomAfterWheel(flow.getState().transform[2], event));
    };
    canvas.addEventListener("wheel", onWheel, { passive: false });
    return () => canvas.removeEventListener("wheel", onWheel);
  }, [flow, zoomTo]);

  const pointerOn = ({ clientX, clientY }: PointerEvent) => {
    const { left, top } = element.current!.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  /** The view goes by so much of the canvas. */
  const move = (dx: number, dy: number) => {
    const { transform: [x, y, zoom] } = flow.getState();
    void setViewport({ x: x - dx * zoom, y: y - dy * zoom, zoom });
  };
  const fitNow = () => overviewFit(boundsOf(marksOf(flow.getState())), viewOf(flow.getState()), size);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = pointerOn(event);
    const [place, view] = [onCanvas(fitNow(), at), viewOf(flow.getState())];
    held.current = at;
    if (!holds(view, place)) move(place.x - view.x - view.width / 2, place.y - view.y - view.height / 2);
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = held.current;
    if (!from) return;
    const [to, { scale }] = [pointerOn(event), fitNow()];
    held.current = to;
    move((to.x - from.x) / scale, (to.y - from.y) / scale);
  };
  const letGo = () => {
    held.current = null;
  };
  return (
    <canvas
      ref={element}
      role="img"
      aria-label={t("canvas.overview")}
      style={size}
      className="absolute right-3 bottom-3 touch-none rounded-lg border border-line bg-panel max-lg:hidden"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={letGo}
      onPointerCancel={letGo}
    />
  );
}
