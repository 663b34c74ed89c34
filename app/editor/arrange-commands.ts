/** Commands that put cards in order. */
import { fitOptions } from "./canvas/fit-options";
import { toggleGrid } from "./canvas/snap-setting";
import { type Wait, when } from "./command-condition";
import type { Command, CommandContext } from "./command";
import type { Side } from "./graph/arrange";
import { alignSelection, distributeSelection, layOut } from "./store/arrange-actions";

const atLeast = (count: number, why: Wait) => when(why, (state) => state.selection.size + state.selectedAnnotations.size >= count);
const two = atLeast(2, "two");
const three = atLeast(3, "three");

/** React Flow measures moved cards in the next frame. */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

export function arrangeCommands({ session, flow }: CommandContext): Command[] {
  const { store } = session;
  const align = (side: Side, keys: string): Command => ({ id: `align-${side}`, group: "arrange", keys, enabled: two, run: () => alignSelection(store, side) });
  const layout = async (ids: ReadonlySet<string> | null) => {
    if (!(await layOut(store, ids))) return;
    await nextFrame();
    await flow.fitView({ ...fitOptions, ...(ids && { nodes: [...ids].map((id) => ({ id })) }) });
  };
  return [
    { id: "layout", group: "arrange", keys: "shift+l", enabled: when("nodes", (state) => state.graph.nodes.length > 0), run: () => void layout(null) },
    { id: "layout-selected", group: "arrange", keys: "mod+shift+l", enabled: when("twoNodes", (state) => state.selection.size >= 2), run: () => void layout(store.getState().selection) },
    align("left", "shift+alt+left"),
    align("centre", "shift+c"),
    align("right", "shift+alt+right"),
    align("top", "shift+alt+up"),
    align("middle", "shift+m"),
    align("bottom", "shift+alt+down"),
    { id: "distribute-x", group: "arrange", keys: "shift+h", enabled: three, run: () => distributeSelection(store, "x") },
    { id: "distribute-y", group: "arrange", keys: "shift+v", enabled: three, run: () => distributeSelection(store, "y") },
    { id: "snap", group: "arrange", keys: "shift+g", run: toggleGrid },
  ];
}
