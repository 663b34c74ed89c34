/** Arranging what is selected, or everything. Each is one step to undo. */
import { toast, settleToast } from "@/app/ui/toast";
import { aligned, type Axis, type Box, distributed, type Side } from "../graph/arrange";
import { sizeOf } from "../graph/node-size";
import { moveNodes, type Point } from "../graph/operations";
import { requestLayout } from "../layout/layout-client";
import { edit } from "./document-actions";
import type { EditorState, EditorStore } from "./editor-store";

/** The cards of some nodes, or of all, as they lie on the canvas. */
export function boxesOf({ graph, sizes }: Pick<EditorState, "graph" | "sizes">, ids: ReadonlySet<string> | null): Box[] {
  return graph.nodes.filter(({ id }) => ids === null || ids.has(id)).map((node) => ({ id: node.id, ...node.position, ...sizeOf(node, sizes) }));
}

const moveTo = (store: EditorStore, places: ReadonlyMap<string, Point>) => edit(store, (graph) => moveNodes(graph, places));

export function alignSelection(store: EditorStore, side: Side): void {
  const state = store.getState();
  moveTo(store, aligned(boxesOf(state, state.selection), side));
}

export function distributeSelection(store: EditorStore, axis: Axis): void {
  const state = store.getState();
  moveTo(store, distributed(boxesOf(state, state.selection), axis));
}

let running = false;

/** Lays out these nodes, or all. False when nothing came of it; what went wrong is said. */
export async function layOut(store: EditorStore, ids: ReadonlySet<string> | null): Promise<boolean> {
  if (running) return false;
  running = true;
  const boxes = boxesOf(store.getState(), ids);
  const slow = setTimeout(() => toast(`Laying out ${boxes.length.toLocaleString("en")} nodes`, { about: "layout" }), 300);
  try {
    // Places of nodes deleted in the meantime are left out by the edit.
    moveTo(store, await requestLayout({ boxes, edges: store.getState().graph.edges }));
    settleToast("layout");
    return true;
  } catch (error) {
    toast("The nodes were not laid out", { detail: error instanceof Error ? error.message : String(error), tone: "bad", about: "layout" });
    return false;
  } finally {
    clearTimeout(slow);
    running = false;
  }
}
