/** Commands about frames, notes and the look of cards. */
import { markColors } from "@/nodes/workflow";
import { when } from "./command-condition";
import type { Command, CommandContext } from "./commands";
import { isRerouteKey } from "./graph/reroutes";
import { togglePanel, usePanelLayout } from "./panels/panel-layout";
import { addFrame, addNote, deleteWithContents, paint, toggleCollapsed, toggleLocked } from "./store/annotation-actions";
import { hasSelected } from "./store/document-actions";
import type { EditorState } from "./store/editor-store";
import { addRerouteToSelected } from "./store/reroute-actions";
import { soleSelected } from "./store/run-actions";

const hasNodes = when("Select a node first.", (state) => state.selection.size > 0);
const hasFrame = when("Select a frame first.", (state) => [...state.selectedAnnotations].some((key) => key.startsWith("frame:")));
const hasColored = when("Select a node or a frame first.", (state) => hasNodes(state) || (hasSelected(state) && hasFrame(state)));
const hasName = when("Select one node, frame or note first.", (state) => soleSelected(state) !== null || soleAnnotation(state) !== null);
/** A single frame or note is written where it stands; a node's name is in its params. */
const soleAnnotation = ({ selection, selectedAnnotations }: EditorState) => {
  const [key] = selectedAnnotations;
  return selection.size === 0 && selectedAnnotations.size === 1 && key !== undefined && !isRerouteKey(key) ? key : null;
};
const hasOneEdge = when("Select one connection first.", ({ selectedEdges }) => selectedEdges.size === 1);

export const colorTitles: Record<(typeof markColors)[number], string> = { clay: "Clay", sand: "Sand", moss: "Moss", lagoon: "Lagoon", dusk: "Dusk", plum: "Plum" };

function nameField(): HTMLInputElement | null {
  return window.document.querySelector<HTMLInputElement>("input[aria-label='Name of the node']");
}

export function annotationCommands({ session, pointer, flow, sheets }: CommandContext): Command[] {
  const { store } = session;
  const place = () => {
    const box = window.document.querySelector(".react-flow")?.getBoundingClientRect();
    return flow.screenToFlowPosition(pointer() ?? (box ? { x: box.x + box.width / 2 - 120, y: box.y + box.height / 3 } : { x: 0, y: 0 }));
  };
  const rename = () => {
    const key = soleAnnotation(store.getState());
    if (key !== null) return store.setState({ writing: key });
    store.setState({ tab: "params" });
    const { panels, sheet } = usePanelLayout.getState();
    if (sheets ? sheet !== "details" : !panels.details.open) togglePanel("details", sheets);
    // The panel may have to open first.
    requestAnimationFrame(() => requestAnimationFrame(() => nameField()?.select()));
  };
  return [
    { id: "rename", title: "Rename", group: "Nodes", keys: "f2", enabled: hasName, run: rename },
    { id: "collapse", title: "Collapse or expand", group: "Nodes", keys: "c", enabled: hasNodes, run: () => toggleCollapsed(store) },
    { id: "lock", title: "Lock or unlock", group: "Nodes", keys: "l", enabled: hasNodes, run: () => toggleLocked(store) },
    ...markColors.map((color): Command => ({ id: `color-${color}`, title: colorTitles[color], group: "Nodes", enabled: hasColored, run: () => paint(store, color) })),
    { id: "color-none", title: "No colour", group: "Nodes", enabled: hasColored, run: () => paint(store, null) },
    { id: "frame", title: "Put a frame around the selection", group: "Arrange", keys: "mod+g", run: () => addFrame(store, place()) },
    { id: "note", title: "Add a note", group: "Arrange", keys: "shift+n", run: () => addNote(store, place()) },
    { id: "reroute", title: "Add a reroute point to the connection", group: "Arrange", keys: "r", enabled: hasOneEdge, run: () => addRerouteToSelected(store) },
    { id: "delete-with-contents", title: "Delete the frame and all in it", group: "Arrange", keys: "shift+delete", enabled: hasFrame, run: () => deleteWithContents(store) },
  ];
}
