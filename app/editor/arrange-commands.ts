/** Commands that put cards in order. */
import { fitOptions } from "./canvas/fit-options";
import { toggleGrid } from "./canvas/snap-setting";
import { when } from "./command-condition";
import type { Command, CommandContext } from "./commands";
import type { Side } from "./graph/arrange";
import { alignSelection, distributeSelection, layOut } from "./store/arrange-actions";

const atLeast = (count: number, words: string) => when(`Select ${words} or more first.`, (state) => state.selection.size + state.selectedAnnotations.size >= count);
const two = atLeast(2, "two");
const three = atLeast(3, "three");

/** React Flow measures moved cards in the next frame. */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

export function arrangeCommands({ session, flow }: CommandContext): Command[] {
  const { store } = session;
  const align = (side: Side, title: string, keys: string): Command => ({ id: `align-${side}`, title, group: "Arrange", keys, enabled: two, run: () => alignSelection(store, side) });
  const layout = async (ids: ReadonlySet<string> | null) => {
    if (!(await layOut(store, ids))) return;
    await nextFrame();
    await flow.fitView({ ...fitOptions, ...(ids && { nodes: [...ids].map((id) => ({ id })) }) });
  };
  return [
    { id: "layout", title: "Lay out everything", group: "Arrange", keys: "shift+l", enabled: when("The workflow is empty.", (state) => state.graph.nodes.length > 0), run: () => void layout(null) },
    { id: "layout-selected", title: "Lay out the selected nodes", group: "Arrange", keys: "mod+shift+l", enabled: when("Select two nodes or more first.", (state) => state.selection.size >= 2), run: () => void layout(store.getState().selection) },
    align("left", "Align left sides", "shift+alt+left"),
    align("centre", "Align centres", "shift+c"),
    align("right", "Align right sides", "shift+alt+right"),
    align("top", "Align tops", "shift+alt+up"),
    align("middle", "Align middles", "shift+m"),
    align("bottom", "Align bottoms", "shift+alt+down"),
    { id: "distribute-x", title: "Equal gaps across", group: "Arrange", keys: "shift+h", enabled: three, run: () => distributeSelection(store, "x") },
    { id: "distribute-y", title: "Equal gaps down", group: "Arrange", keys: "shift+v", enabled: three, run: () => distributeSelection(store, "y") },
    { id: "snap", title: "Snap to the grid, or not", group: "Arrange", keys: "shift+g", run: toggleGrid },
  ];
}
