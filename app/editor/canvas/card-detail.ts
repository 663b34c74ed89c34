/**
 * Which cards are drawn in full, with their controls, and which as outlines: from far away no control can be read or met, and of
 * many cards only those in view are worth their cost. Cards change once the view rests, a few per frame, so that a gesture is
 * never held up; in between, one that comes into view is an outline of the same size.
 */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Bounds, Box } from "../graph/arrange";

export interface Detail {
  /** The outlines are all there is to see: their names are written large. */
  readonly far: boolean;
  /** Not even those could be read: outlines are no more than their colour and their signs. */
  readonly tiny: boolean;
  /** Ids of the cards drawn in full; null: all. */
  readonly full: ReadonlySet<string> | null;
}

/** Below it, the text of a card is less than 4 px high. */
export const leastZoom = 0.3;
/** Below it, the large name of an outline is less than 5 px high. */
const leastNamed = 0.16;
/** With more cards in view than this, all are outlines; coming back takes fewer, so that a small move does not change them to and fro. */
const mostInView = { leaving: 140, returning: 110 };
/** Cards per frame. A full one costs a few milliseconds, an outline next to nothing. */
const pace = { more: 4, fewer: 30 };

export function isFar(zoom: number, inView: number, before: boolean): boolean {
  return zoom < leastZoom || inView > (before ? mostInView.returning : mostInView.leaving);
}

export const isTiny = (zoom: number): boolean => zoom < leastNamed;

/** The zoom changed so much at once that nobody followed it: the names need not wait until the view rests. */
export function hasJumped(from: number, to: number): boolean {
  return from < leastZoom ? to > 2 * leastZoom : to < leastZoom / 2;
}

/** Ids of the cards in view, nearest its middle first. */
export function cardsInView(cards: Iterable<Box>, view: Bounds): string[] {
  const [x, y] = [view.x + view.width / 2, view.y + view.height / 2];
  const found: { id: string; distance: number }[] = [];
  for (const card of cards) {
    if (card.x > view.x + view.width || card.x + card.width < view.x || card.y > view.y + view.height || card.y + card.height < view.y) continue;
    found.push({ id: card.id, distance: Math.hypot(card.x + card.width / 2 - x, card.y + card.height / 2 - y) });
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ id }) => id);
}

/** One frame's step from what is drawn in full to what should be. The same set comes back when nothing is left to do. */
export function nextFull(full: ReadonlySet<string>, wanted: readonly string[], kept: ReadonlySet<string>): ReadonlySet<string> {
  const staying = new Set([...wanted, ...kept]);
  const leaving = [...full].filter((id) => !staying.has(id)).slice(0, pace.fewer);
  // First room, then what fills it.
  const coming = leaving.length > 0 ? [] : wanted.filter((id) => !full.has(id)).slice(0, pace.more);
  if (leaving.length + coming.length === 0) return full;
  const next = new Set([...full, ...coming]);
  for (const id of leaving) next.delete(id);
  return next;
}

export type DetailStore = StoreApi<Detail>;

/** `many`: at first no card is drawn in full but those of unknown size. */
export const createDetail = (many: boolean): DetailStore => createStore<Detail>(() => ({ far: false, tiny: false, full: many ? new Set<string>() : null }));

const DetailContext = createContext<DetailStore | null>(null);
export const DetailProvider = DetailContext.Provider;

export function useDetail(): DetailStore {
  const detail = useContext(DetailContext);
  if (!detail) throw new Error("This component belongs on the canvas.");
  return detail;
}

/** Whether this card is drawn in full. */
export function useDrawnInFull(id: string): boolean {
  return useStore(useDetail(), ({ full }) => full === null || full.has(id));
}
