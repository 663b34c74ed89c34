/** Commands that put cards in order. */
import { fitOptions } from "./canvas/fit-options";
import { toggleGrid } from "./canvas/snap-setting";
import type { Command, CommandContext } from "./commands";
import type { Side } from "./graph/arrange";
import { alignSelection, distributeSelection, layOut } from "./store/arrange-actions";
import type { EditorState } from "./store/editor-store";

const atLeast = (count: number) => (state: EditorState) => state.selection.size + state.selectedAnnotations.size >= count;

/** React Flow measures moved cards in the next frame. */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

export function arrangeCommands({ session, flow }: CommandContext): Command[] {
  const { store } = session;
  const align = (side: Side, title: string, keys: string): Command => ({ id: `align-${side}`, title, group: "Arrange", keys, enabled: atLeast(2), run: () => alignSelection(store, side) });
  const layout = async (ids: ReadonlySet<string> | null) => {
    if (!(await layOut(store, ids))) return;
    await nextFrame();
    await flow.fitView({ ...fitOptions, ...(ids && { nodes: [...ids].map((id) => ({ id })) }) });
  };
  return [
    { id: "layout", title: "Lay out everything", group: "Arrange", keys: "shift+l", enabled: (state) => state.graph.nodes.length > 0, run: () => void layout(null) },
    { id: "layout-selected", title: "Lay out the selected nodes", group: "Arrange", keys: "mod+shift+l", enabled: (state) => state.selection.size >= 2, run: () => void layout(store.getState().selection) },
    align("left", "Align left sides", "shift+alt+left"),
    align("centre", "Align centres", "shift+c"),
    align("right", "Align right sides", "shift+alt+right"),
    align("top", "Align tops", "shift+alt+up"),
    align("middle", "Align middles", "shift+m"),
    align("bottom", "Align bottoms", "shift+alt+down"),
    { id: "distribute-x", title: "Equal gaps across", group: "Arrange", keys: "shift+h", enabled: atLeast(3), run: () => distributeSelection(store, "x") },
    { id: "distribute-y", title: "Equal gaps down", group: "Arrange", keys: "shift+v", enabled: atLeast(3), run: () => distributeSelection(store, "y") },
    { id: "snap", title: "Snap to the grid, or not", group: "Arrange", keys: "shift+g", run: toggleGrid },
  ];
}
