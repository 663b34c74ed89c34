/** Commands about frames, notes and the look of cards. */
import { markColors } from "@/nodes/workflow";
import { when } from "./command-condition";
import type { Command, CommandContext, ScreenPoint } from "./command";
import { isRerouteKey } from "./graph/reroutes";
import { togglePanel, usePanelLayout } from "./panels/panel-layout";
import { addFrame, addNote, deleteWithContents, paint, toggleCollapsed, toggleLocked } from "./store/annotation-actions";
import { hasSelected } from "./store/document-actions";
import type { EditorState } from "./store/editor-store";
import { addRerouteToSelected } from "./store/reroute-actions";
import { soleSelected } from "./store/run-actions";

const hasNodes = when("node", (state) => state.selection.size > 0);
const hasFrame = when("frame", (state) => [...state.selectedAnnotations].some((key) => key.startsWith("frame:")));
const hasColored = when("nodeOrFrame", (state) => hasNodes(state) || (hasSelected(state) && hasFrame(state)));
const hasName = when("oneNamed", (state) => soleSelected(state) !== null || soleAnnotation(state) !== null);
/** A single frame or note is written where it stands. */
const soleAnnotation = ({ selection, selectedAnnotations }: EditorState) => {
  const [key] = selectedAnnotations;
  return selection.size === 0 && selectedAnnotations.size === 1 && key !== undefined && !isRerouteKey(key) ? key : null;
};
const hasOneEdge = when("oneEdge", ({ selectedEdges }) => selectedEdges.size === 1);

/** In the params. */
function nameField(): HTMLInputElement | null {
  return window.document.querySelector<HTMLInputElement>("#node-name");
}

/** Whether a node's title can be written where it stands: its card is drawn in full, and the title in view. */
function titleInView(id: string): boolean {
  const canvas = window.document.querySelector("[data-canvas]")?.getBoundingClientRect();
  const title = window.document.querySelector(`[data-node-id="${CSS.escape(id)}"] [data-card-title]`)?.getBoundingClientRect();
  return canvas !== undefined && title !== undefined && title.left >= canvas.left && title.right <= canvas.right && title.top >= canvas.top && title.bottom <= canvas.bottom;
}

export function annotationCommands({ session, pointer, flow, sheets }: CommandContext): Command[] {
  const { store } = session;
  const place = (at?: ScreenPoint) => {
    const box = window.document.querySelector(".react-flow")?.getBoundingClientRect();
    return flow.screenToFlowPosition(at ?? pointer() ?? (box ? { x: box.x + box.width / 2 - 120, y: box.y + box.height / 3 } : { x: 0, y: 0 }));
  };
  const rename = () => {
    const state = store.getState();
    const node = soleSelected(state);
    const key = node !== null && !state.inspection.large && titleInView(node) ? node : soleAnnotation(state);
    if (key !== null) return store.setState({ writing: key });
    store.setState({ tab: "params" });
    const { panels, sheet } = usePanelLayout.getState();
    if (sheets ? sheet !== "details" : !panels.details.open) togglePanel("details", sheets);
    // The panel may have to open first.
    requestAnimationFrame(() => requestAnimationFrame(() => nameField()?.select()));
  };
  return [
    { id: "rename", group: "nodes", keys: "f2", enabled: hasName, run: rename },
    { id: "collapse", group: "nodes", keys: "c", enabled: hasNodes, run: () => toggleCollapsed(store) },
    { id: "lock", group: "nodes", keys: "l", enabled: hasNodes, run: () => toggleLocked(store) },
    ...markColors.map((color): Command => ({ id: `color-${color}`, group: "nodes", enabled: hasColored, run: () => paint(store, color) })),
    { id: "color-none", group: "nodes", enabled: hasColored, run: () => paint(store, null) },
    { id: "frame", group: "arrange", keys: "mod+g", run: (at) => addFrame(store, place(at)) },
    { id: "note", group: "arrange", keys: "shift+n", run: (at) => addNote(store, place(at)) },
    { id: "reroute", group: "arrange", keys: "r", enabled: hasOneEdge, run: () => addRerouteToSelected(store) },
    { id: "delete-with-contents", group: "arrange", keys: "shift+delete", enabled: hasFrame, run: () => deleteWithContents(store) },
  ];
}
