/**
 * What is dragged, while it is dragged: it lies where the pointer has it on the canvas only, and is written into the workflow once,
 * when it is let go. Writing every move there would ask each card and connection of a large workflow whether it changed.
 */
import { useEffect, useState } from "react";
import { type Held, moveWithContents } from "../graph/annotations";
import type { Guide } from "../graph/arrange";
import { insertInto } from "../graph/insertion";
import { nodeOf } from "../graph/lookup";
import type { Point } from "../graph/operations";
import type { Workflow } from "@/nodes/workflow";
import { edit, heldBy } from "../store/document-actions";
import type { EditorStore } from "../store/editor-store";
import { snapDrag } from "./card-snapping";

export interface Drag {
  readonly positions: ReadonlyMap<string, Point>;
  /** What the dragged frames held when it began. */
  readonly held: Held;
  /** Lines that the one dragged card has snapped to. */
  readonly guides: readonly Guide[];
}

export interface Hand {
  /** The pointer has them there; `zoom` is the view's. */
  move(positions: ReadonlyMap<string, Point>, zoom: number): void;
  /** Into the workflow, as one step to undo, with the connection that a loose node goes into. */
  letGo(): void;
  /** All of it back to where it was; what the pointer still does until it lets go moves nothing. */
  putBack(): void;
  holds(): boolean;
}

/** The workflow with what is dragged where the pointer has it; what others change meanwhile is in it. */
export function withDragged(workflow: Workflow, drag: Drag | null): Workflow {
  return drag ? moveWithContents(workflow, drag.positions, drag.held) : workflow;
}

export function createHand(store: EditorStore, show: (drag: Drag | null) => void): Hand {
  let drag: Drag | null = null;
  let isPutBack = false;
  const end = () => {
    drag = null;
    show(null);
    if (store.getState().insertion !== null) store.setState({ insertion: null });
  };
  return {
    move(positions, zoom) {
      if (isPutBack) return;
      const held = drag?.held ?? heldBy(store, [...positions.keys()]);
      drag = { held, ...snapDrag(store.getState(), positions, zoom) };
      show(drag);
    },
    letGo() {
      isPutBack = false;
      if (!drag) return;
      const [last, { insertion, level }] = [drag, store.getState()];
      const [only] = last.positions.size === 1 ? last.positions.keys() : [];
      edit(store, (graph) => {
        const moved = withDragged(graph, last);
        return insertion !== null && only !== undefined && nodeOf(moved, only) ? insertInto(moved, only, insertion, level) : moved;
      });
      end();
    },
    putBack() {
      if (!drag) return;
      isPutBack = true;
      end();
    },
    holds: () => drag !== null,
  };
}

/** What is dragged on this canvas, and the hand that does it. Escape puts it back. */
export function useDragInHand(store: EditorStore): { drag: Drag | null; hand: Hand } {
  // State of React's own, not of a store: like that it is drawn after the pointer's event, and not within it.
  const [drag, setDrag] = useState<Drag | null>(null);
  const [hand] = useState(() => createHand(store, setDrag));
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !hand.holds()) return;
      event.preventDefault();
      event.stopPropagation();
      hand.putBack();
    };
    // React Flow says that a drag has ended, but not when what was dragged is gone by then. After it has said so, this is nothing.
    const onPointerUp = () => void setTimeout(hand.letGo);
    window.addEventListener("keydown", onKeyDown, { capture: true });
    window.addEventListener("pointerup", onPointerUp);
    return () => {
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      window.removeEventListener("pointerup", onPointerUp);
    };
  }, [hand]);
  return { drag, hand };
}
