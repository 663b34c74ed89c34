/** Commands about subgraphs. */
import { when } from "./command-condition";
import type { Command, CommandContext } from "./command";
import { canUnfold } from "./graph/folding";
import { hasSelected } from "./store/document-actions";
import type { EditorState } from "./store/editor-store";
import { foldSelection, leaveSubgraph, selectedSubgraph, showLevel, unfoldSubgraph } from "./store/subgraph-actions";

/** The selected subgraph, else the open one. */
export const subgraphAtHand = (state: EditorState): string | null => selectedSubgraph(state) ?? (hasSelected(state) ? null : state.level);

const hasNodes = when("node", (state) => state.selection.size > 0);
const oneSelected = when("oneSubgraph", (state) => selectedSubgraph(state) !== null);
const atHand = when("oneSubgraph", (state) => subgraphAtHand(state) !== null);
const unfoldable = when("unfoldable", (state) => {
  const id = subgraphAtHand(state);
  return id !== null && canUnfold(state.graph, id);
});
const isOpen = when("openSubgraph", ({ level }) => level !== null);

export function subgraphCommands({ session, show }: CommandContext): Command[] {
  const { store } = session;
  const open = () => showLevel(store, selectedSubgraph(store.getState()));
  const unfold = () => {
    const id = subgraphAtHand(store.getState());
    if (id !== null) unfoldSubgraph(store, id);
  };
  return [
    { id: "fold", group: "nodes", keys: "mod+shift+g", enabled: hasNodes, run: () => foldSelection(store) },
    { id: "unfold", group: "nodes", keys: "mod+alt+g", enabled: unfoldable, run: unfold },
    { id: "open-subgraph", group: "nodes", keys: "o", enabled: oneSelected, run: open },
    { id: "leave-subgraph", group: "nodes", keys: "u", enabled: isOpen, run: () => leaveSubgraph(store) },
    { id: "save-subgraph", group: "nodes", enabled: atHand, run: () => show("subgraph-preset") },
  ];
}
