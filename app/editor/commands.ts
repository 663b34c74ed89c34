/** Every command of the editor: what it is called, its keys, and what it does. Menus, keys and the list of shortcuts read this. */
import type { ReactFlowInstance } from "@xyflow/react";
import { toast } from "@/app/ui/toast";
import { annotationCommands } from "./annotation-commands";
import { arrangeCommands } from "./arrange-commands";
import { fragmentText } from "./graph/fragment-text";
import { fitOptions } from "./canvas/fit-options";
import type { FlowEdge, FlowNode } from "./canvas/flow-elements";
import * as document from "./store/document-actions";
import type { EditorSession } from "./store/editor-session";
import { type Condition, when } from "./command-condition";
import type { PanelTab } from "./store/editor-store";
import { inspect } from "./store/inspect-actions";
import { isActive, moveCell, scrub, scrubTo, togglePlay } from "./store/run-actions";
import { pasteText } from "./paste";
import { type PanelName, togglePanel } from "./panels/panel-layout";

export type CommandGroup = "Run" | "Edit" | "Nodes" | "Arrange" | "Steps" | "View" | "Workflow";

/** What is opened over the editor or the canvas. */
export type Overlay = "shortcuts" | "commands" | "find" | "preset";

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** "mod" is ⌘ or Ctrl. Absent: only in menus. */
  readonly keys?: string;
  /** Works while typing in a field, too. */
  readonly whileTyping?: true;
  /** The browser itself sends an event for it (copy, cut, paste): the keys are only shown. */
  readonly native?: true;
  readonly enabled?: Condition;
  readonly run: () => void;
}

export interface CommandContext {
  readonly session: EditorSession;
  readonly flow: ReactFlowInstance<FlowNode, FlowEdge>;
  readonly sheets: boolean;
  /** Where the pointer is, when it is over the canvas. */
  pointer(): { x: number; y: number } | null;
  show(overlay: Overlay): void;
}

const hasSelection = when("Select a node first.", (state) => state.selection.size > 0);
const somethingSelected = when("Nothing is selected.", (state) => state.selectedEdges.size > 0 || document.hasSelected(state));
const somethingCopyable = when("Nothing is selected.", document.hasCopyable);
const somethingMovable = when("Nothing is selected.", document.hasSelected);

function runCommands({ session }: CommandContext): Command[] {
  const selected = () => [...session.store.getState().selection];
  const canRun = when("Select a node first.", (state) => !state.starting && state.selection.size > 0);
  return [
    { id: "run", title: "Run", group: "Run", keys: "mod+enter", whileTyping: true, enabled: (state) => !state.starting, run: () => void session.startRun() },
    { id: "run-selected", title: "Run the selected nodes", group: "Run", keys: "mod+shift+enter", whileTyping: true, enabled: canRun, run: () => void session.startRun({ targets: selected() }) },
    { id: "force-selected", title: "Run the selected nodes anew", group: "Run", keys: "mod+alt+enter", whileTyping: true, enabled: canRun, run: () => void session.startRun({ targets: selected(), forced: selected() }) },
    { id: "force-all", title: "Run everything anew", group: "Run", keys: "mod+shift+alt+enter", whileTyping: true, enabled: (state) => !state.starting, run: () => void session.startRun({ forced: ["*"] }) },
    { id: "pause", title: "Pause the run", group: "Run", enabled: when("No run is at work.", ({ run }) => run?.state.status === "running" || run?.state.status === "queued"), run: () => void session.pauseRun() },
    { id: "resume", title: "Resume the run", group: "Run", enabled: when("The run is not paused.", ({ run }) => run?.state.status === "paused"), run: () => void session.resumeRun() },
    { id: "cancel", title: "Cancel the run", group: "Run", keys: "mod+.", whileTyping: true, enabled: when("No run is at work.", (state) => isActive(state.run)), run: () => void session.cancelRun() },
    { id: "save", title: "Save now", group: "Run", keys: "mod+s", whileTyping: true, run: () => void session.autosave.flush().catch(() => {}) },
  ];
}

async function copyToClipboard(session: EditorSession): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(fragmentText(document.copied(session.store)));
    return true;
  } catch {
    toast("The browser did not allow copying", { detail: "Use the keys instead: they need no permission.", tone: "bad" });
    return false;
  }
}

function editCommands({ session, pointer, flow }: CommandContext): Command[] {
  const { store } = session;
  const paste = async (connected: boolean) => {
    const at = pointer();
    const text = await navigator.clipboard.readText().catch(() => null);
    if (text === null) toast("The browser did not allow reading the clipboard", { detail: "Use the keys instead: they need no permission.", tone: "bad" });
    else pasteText(store, text, at && flow.screenToFlowPosition(at), connected);
  };
  return [
    { id: "undo", title: "Undo", group: "Edit", keys: "mod+z", enabled: when("Nothing to undo.", (state) => state.history.past.length > 0), run: () => document.undo(store) },
    { id: "redo", title: "Redo", group: "Edit", keys: "mod+shift+z", enabled: when("Nothing to redo.", (state) => state.history.future.length > 0), run: () => document.redo(store) },
    { id: "cut", title: "Cut", group: "Edit", keys: "mod+x", native: true, enabled: somethingCopyable, run: () => void copyToClipboard(session).then((copied) => copied && document.deleteSelection(store)) },
    { id: "copy", title: "Copy", group: "Edit", keys: "mod+c", native: true, enabled: somethingCopyable, run: () => void copyToClipboard(session) },
    { id: "paste", title: "Paste", group: "Edit", keys: "mod+v", native: true, run: () => void paste(false) },
    { id: "paste-connected", title: "Paste with connections", group: "Edit", keys: "mod+shift+v", native: true, run: () => void paste(true) },
    { id: "duplicate", title: "Duplicate", group: "Edit", keys: "mod+d", enabled: somethingCopyable, run: () => document.duplicateSelection(store) },
    { id: "duplicate-connected", title: "Duplicate with connections", group: "Edit", keys: "mod+shift+d", enabled: somethingCopyable, run: () => document.duplicateSelection(store, true) },
    { id: "delete", title: "Delete", group: "Edit", keys: "delete", enabled: somethingSelected, run: () => document.deleteSelection(store) },
    { id: "select-all", title: "Select all", group: "Edit", keys: "mod+a", run: () => document.selectAll(store) },
    { id: "deselect", title: "Select nothing", group: "Edit", keys: "escape", enabled: somethingSelected, run: () => document.select(store, []) },
  ];
}

function nodeCommands({ session, pointer, flow, show }: CommandContext): Command[] {
  const { store } = session;
  const add = () => {
    const box = window.document.querySelector(".react-flow")?.getBoundingClientRect();
    const screen = pointer() ?? (box ? { x: box.x + box.width / 2 - 136, y: box.y + box.height / 3 } : { x: 0, y: 0 });
    store.setState({ search: { screen, canvas: flow.screenToFlowPosition(screen) } });
  };
  const find = () => {
    if (!window.document.getElementById("palette-search")) togglePanel("palette", window.innerWidth < 1024);
    // The panel may have to open first.
    requestAnimationFrame(() => window.document.getElementById("palette-search")?.focus());
  };
  const nudge = (direction: string, x: number, y: number): Command => ({ id: `nudge-${direction}`, title: `Move ${direction}`, group: "Nodes", keys: `alt+${direction}`, enabled: somethingMovable, run: () => document.nudgeSelection(store, x, y) });
  return [
    { id: "add", title: "Add a node at the pointer", group: "Nodes", keys: "tab", run: add },
    { id: "add-too", title: "Add a node", group: "Nodes", keys: "/", run: add },
    { id: "find-node", title: "Find a node in the workflow", group: "Nodes", keys: "mod+f", whileTyping: true, run: () => show("find") },
    { id: "find", title: "Search the list of nodes", group: "Nodes", keys: "shift+a", run: find },
    { id: "mute", title: "Mute or unmute", group: "Nodes", keys: "mod+m", enabled: hasSelection, run: () => document.toggleMode(store, "muted") },
    { id: "bypass", title: "Bypass or take back in", group: "Nodes", keys: "mod+b", enabled: hasSelection, run: () => document.toggleMode(store, "bypassed") },
    nudge("left", -10, 0),
    nudge("right", 10, 0),
    nudge("up", 0, -10),
    nudge("down", 0, 10),
  ];
}

function viewCommands({ session, flow, sheets, show }: CommandContext): Command[] {
  const { store } = session;
  const panel = (name: PanelName, title: string, keys: string): Command => ({ id: `panel-${name}`, title, group: "View", keys, run: () => togglePanel(name, sheets) });
  const tab = (name: PanelTab, title: string, keys: string): Command => ({ id: `tab-${name}`, title, group: "View", keys, run: () => store.setState({ tab: name }) });
  return [
    { id: "play", title: "Play or pause the steps", group: "Steps", keys: "space", run: () => togglePlay(store) },
    { id: "back", title: "Step back", group: "Steps", keys: "left", run: () => scrub(store, -1) },
    { id: "forward", title: "Step forward", group: "Steps", keys: "right", run: () => scrub(store, 1) },
    { id: "back-ten", title: "Ten steps back", group: "Steps", keys: "shift+left", run: () => scrub(store, -10) },
    { id: "forward-ten", title: "Ten steps forward", group: "Steps", keys: "shift+right", run: () => scrub(store, 10) },
    { id: "first-step", title: "First step", group: "Steps", keys: "home", run: () => scrubTo(store, "first") },
    { id: "newest-step", title: "Newest step, and follow", group: "Steps", keys: "end", run: () => scrubTo(store, "newest") },
    { id: "inspect-large", title: "Inspect large", group: "Steps", keys: "i", run: () => inspect(store, { large: !store.getState().inspection.large }) },
    { id: "cell-back", title: "Previous cell of the sweep", group: "Steps", keys: ",", run: () => moveCell(store, -1) },
    { id: "cell-forward", title: "Next cell of the sweep", group: "Steps", keys: ".", run: () => moveCell(store, 1) },
    { id: "fit", title: "Fit the workflow in view", group: "View", keys: "f", run: () => void flow.fitView(fitOptions) },
    { id: "zoom-in", title: "Zoom in", group: "View", keys: "+", run: () => void flow.zoomIn() },
    { id: "zoom-out", title: "Zoom out", group: "View", keys: "-", run: () => void flow.zoomOut() },
    { id: "zoom-one", title: "Zoom to 100 %", group: "View", keys: "0", run: () => void flow.zoomTo(1) },
    panel("palette", "Show or hide the list of nodes", "["),
    panel("details", "Show or hide the details", "]"),
    panel("steps", "Show or hide the steps", "\\"),
    tab("params", "Params", "1"),
    tab("inspect", "Inspect", "2"),
    tab("output", "Output", "3"),
    tab("runs", "Runs", "4"),
    { id: "commands", title: "All commands", group: "View", keys: "mod+k", whileTyping: true, run: () => show("commands") },
    { id: "shortcuts", title: "Keyboard shortcuts", group: "View", keys: "?", run: () => show("shortcuts") },
  ];
}

export function createCommands(context: CommandContext): Command[] {
  return [...runCommands(context), ...editCommands(context), ...nodeCommands(context), ...arrangeCommands(context), ...annotationCommands(context), ...viewCommands(context)];
}
