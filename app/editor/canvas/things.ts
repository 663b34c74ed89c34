/** What lies on the canvas and can be selected, and which of it is meant. */
import { isAnnotationKey } from "../graph/annotations";
import { borderOf } from "../graph/levels";
import { isRerouteKey } from "../graph/reroutes";
import { select } from "../store/document-actions";
import type { EditorState, EditorStore } from "../store/editor-store";

export interface Thing {
  readonly kind: "node" | "annotation" | "reroute" | "edge";
  readonly id: string;
}

/** A thing by its id as the canvas has it. Null for the border of a subgraph, which is no thing of its own. */
export function thingOf(id: string): Thing | null {
  if (borderOf(id)) return null;
  return { kind: isRerouteKey(id) ? "reroute" : isAnnotationKey(id) ? "annotation" : "node", id };
}

/** What an element of the page belongs to: by the canvas's own wrapper, which is what has the focus, and not only what is drawn in it. */
export function thingAt(target: Element): Thing | null {
  const edge = target.closest(".react-flow__edge")?.getAttribute("data-id");
  if (edge) return { kind: "edge", id: edge };
  const id = target.closest(".react-flow__node")?.getAttribute("data-id");
  return id ? thingOf(id) : null;
}

const chosenOf = (state: EditorState, kind: Thing["kind"]) => (kind === "node" ? state.selection : kind === "edge" ? state.selectedEdges : state.selectedAnnotations);

export const isChosen = (state: EditorState, { kind, id }: Thing) => chosenOf(state, kind).has(id);

/** Whether it is all that is selected. */
export const isOnlyChosen = (state: EditorState, thing: Thing) => isChosen(state, thing) && state.selection.size + state.selectedEdges.size + state.selectedAnnotations.size === 1;

export function selectOnly(store: EditorStore, { kind, id }: Thing): void {
  select(store, kind === "node" ? [id] : [], kind === "edge" ? [id] : [], kind === "annotation" || kind === "reroute" ? [id] : []);
}

/** Adds it to the selection, or takes it out. */
export function toggleChosen(store: EditorStore, thing: Thing): void {
  const state = store.getState();
  const chosen = new Set(chosenOf(state, thing.kind));
  if (!chosen.delete(thing.id)) chosen.add(thing.id);
  const { kind } = thing;
  select(store, kind === "node" ? chosen : state.selection, kind === "edge" ? chosen : state.selectedEdges, kind === "annotation" || kind === "reroute" ? chosen : state.selectedAnnotations);
}
