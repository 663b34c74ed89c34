/** Decides, whenever the view rests, which cards are drawn in full. */
import { useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";
import type { Bounds, Box } from "../graph/arrange";
import type { Level } from "../graph/levels";
import { cardsInView, createDetail, type DetailStore, hasJumped, isFar, isTiny, leastZoom, nextFull } from "./card-detail";
import type { FlowEdge, FlowNode } from "./flow-elements";

/** Milliseconds without a move after which the view rests. */
const rest = 120;

type FlowStore = ReturnType<typeof useStoreApi<FlowNode, FlowEdge>>;
type FlowState = ReturnType<FlowStore["getState"]>;

const isMeasured = ({ measured }: FlowNode) => measured?.width !== undefined;

function viewOf({ transform: [x, y, zoom], width, height }: FlowState): Bounds {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

function* cardsOf({ nodes, nodeLookup }: FlowState): Iterable<Box> {
  for (const { id, type } of nodes) {
    const node = nodeLookup.get(id);
    if (type !== "card" || !node) continue;
    yield { id, ...node.internals.positionAbsolute, width: node.measured.width ?? 0, height: node.measured.height ?? 0 };
  }
}

/** A card that somebody writes in stays as it is. */
function cardInUse(): ReadonlySet<string> {
  const id = document.activeElement?.closest("[data-node-id]")?.getAttribute("data-node-id");
  return new Set(id ? [id] : []);
}

/** One step; false once there is nothing left to do. With few cards, all are drawn in full unless the view is far. */
function step(flow: FlowStore, detail: DetailStore, many: boolean): boolean {
  const state = flow.getState();
  const before = detail.getState();
  const cards = [...cardsOf(state)];
  const inView = cardsInView(cards, viewOf(state));
  const far = isFar(state.transform[2], many ? inView.length : 0, before.far);
  const tiny = far && isTiny(state.transform[2]);
  if (before.full === null && !far && !many) return false;
  const wanted = far ? [] : many ? inView : cards.map(({ id }) => id);
  const shown = before.full ?? new Set(cards.map(({ id }) => id));
  const next = nextFull(shown, wanted, cardInUse());
  const full = !many && !far && next === shown ? null : next;
  if (far === before.far && tiny === before.tiny && full === before.full) return false;
  detail.setState({ far, tiny, full });
  return true;
}

/** Cards of unknown size are drawn in full, to be measured. */
function admitUnmeasured({ nodes }: FlowState, detail: DetailStore): void {
  const { full } = detail.getState();
  if (full === null) return;
  const unmeasured = nodes.filter((node) => node.type === "card" && !isMeasured(node) && !full.has(node.id));
  if (unmeasured.length > 0) detail.setState({ full: new Set([...full, ...unmeasured.map(({ id }) => id)]) });
}

/** `many`: only cards in view are drawn in full. Another level begins anew. */
export function useCardDetail(level: Level, many: boolean): DetailStore {
  const flow = useStoreApi<FlowNode, FlowEdge>();
  const [shown, setShown] = useState(() => ({ level, detail: createDetail(many) }));
  if (shown.level !== level) setShown({ level, detail: createDetail(many) });
  const { detail } = shown;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    const go = () => {
      if (step(flow, detail, many)) frame = requestAnimationFrame(go);
    };
    const later = () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      timer = setTimeout(go, rest);
    };
    admitUnmeasured(flow.getState(), detail);
    later();
    const unsubscribe = flow.subscribe((state, before) => {
      if (state.nodes !== before.nodes) admitUnmeasured(state, detail);
      if (hasJumped(before.transform[2], state.transform[2])) detail.setState({ far: state.transform[2] < leastZoom, tiny: isTiny(state.transform[2]) });
      if (state.transform !== before.transform || state.nodes !== before.nodes || state.width !== before.width || state.height !== before.height) later();
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [flow, detail, many]);
  return detail;
}
