/** Arranging what is selected, or everything. Each is one step to undo. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { toast, settleToast } from "@/app/ui/toast";
import { aligned, type Axis, type Box, distributed, type Side } from "../graph/arrange";
import { nodesAt } from "../graph/levels";
import { sizeOf } from "../graph/node-size";
import { annotationBoxes, isAnnotationKey } from "../graph/annotations";
import { unlocked } from "../graph/decoration";
import type { Point } from "../graph/operations";
import { rerouteBoxes } from "../graph/reroutes";
import { requestLayout } from "../layout/layout-client";
import { applyLayout, layoutPlan } from "../layout/layout-plan";
import { edit, moveThings } from "./document-actions";
import type { EditorState, EditorStore } from "./editor-store";

/** The cards of some nodes, or of all, as they lie on the level that is shown. */
export function boxesOf({ graph, level, sizes }: Pick<EditorState, "graph" | "level" | "sizes">, ids: ReadonlySet<string> | null): Box[] {
  return nodesAt(graph, level).filter(({ id }) => ids === null || ids.has(id)).map((node) => ({ id: node.id, ...node.position, ...sizeOf(node, sizes) }));
}

function selectedBoxes(state: EditorState): Box[] {
  return [...boxesOf(state, state.selection), ...annotationBoxes(state.graph, state.selectedAnnotations), ...rerouteBoxes(state.graph, state.selectedAnnotations)];
}

/** Locked nodes stay where they are; the others may have been lined up with them. */
function moveTo(store: EditorStore, places: ReadonlyMap<string, Point>): void {
  const { graph } = store.getState();
  const free = unlocked(graph, new Set(places.keys()));
  moveThings(store, new Map([...places].filter(([id]) => free.has(id) || isAnnotationKey(id))));
}

export function alignSelection(store: EditorStore, side: Side): void {
  moveTo(store, aligned(selectedBoxes(store.getState()), side));
}

export function distributeSelection(store: EditorStore, axis: Axis): void {
  moveTo(store, distributed(selectedBoxes(store.getState()), axis));
}

let running = false;

/** Lays out these nodes, or all. False when nothing came of it; what went wrong is said. */
export async function layOut(store: EditorStore, ids: ReadonlySet<string> | null): Promise<boolean> {
  if (running) return false;
  running = true;
  const { graph, level, sizes } = store.getState();
  const plan = layoutPlan(graph, sizes, ids, level);
  const t = currentTranslator();
  const slow = setTimeout(() => toast(t("canvas.layout.going", { count: plan.boxes.length }), { about: "layout" }), 300);
  try {
    const places = await requestLayout(plan);
    // Places of nodes deleted in the meantime are left out.
    edit(store, (current) => applyLayout(current, plan, places));
    settleToast("layout");
    return true;
  } catch (error) {
    toast(t("canvas.layout.failed"), { detail: error instanceof Error ? error.message : String(error), tone: "bad", about: "layout" });
    return false;
  } finally {
    clearTimeout(slow);
    running = false;
  }
}
