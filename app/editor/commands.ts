/** Every command of the editor: its keys, and what it does. What it is called stands in the catalogue under its id. Menus, keys and the list of shortcuts read this. */
import { currentTranslator } from "@/app/i18n/current-translator";
import { toast } from "@/app/ui/toast";
import { annotationCommands } from "./annotation-commands";
import { arrangeCommands } from "./arrange-commands";
import { fragmentText } from "./graph/fragment-text";
import { fitOptions } from "./canvas/fit-options";
import { endConnection } from "./store/connection-actions";
import * as document from "./store/document-actions";
import type { Command, CommandContext, ScreenPoint } from "./command";
import { when } from "./command-condition";
import type { EditorSession } from "./store/editor-session";
import type { EditorState, PanelTab } from "./store/editor-store";
import { inspect } from "./store/inspect-actions";
import { isActive, moveCell, scrub, scrubTo, togglePlay } from "./store/run-actions";
import { leaveSubgraph } from "./store/subgraph-actions";
import { subgraphCommands } from "./subgraph-commands";
import { pasteText } from "./paste";
import { type PanelName, togglePanel } from "./panels/panel-layout";

const hasSelection = when("node", (state) => state.selection.size > 0);
const somethingSelected = when("selection", (state) => state.selectedEdges.size > 0 || document.hasSelected(state));
const somethingCopyable = when("selection", document.hasCopyable);
const somethingMovable = when("selection", document.hasSelected);
/** What is looked at may be a node that the canvas does not have. */
const leavesSelection = (state: EditorState) => somethingSelected(state) || state.absentNode !== null;
const somethingToLeave = when("selection", (state) => state.offer !== null || leavesSelection(state) || state.level !== null);

function runCommands({ session }: CommandContext): Command[] {
  const selected = () => [...session.store.getState().selection];
  const canRun = when("node", (state) => !state.starting && state.selection.size > 0);
  return [
    { id: "run", group: "run", keys: "mod+enter", whileTyping: true, enabled: (state) => !state.starting, run: () => void session.startRun() },
    { id: "run-selected", group: "run", keys: "mod+shift+enter", whileTyping: true, enabled: canRun, run: () => void session.startRun({ targets: selected() }) },
    { id: "force-selected", group: "run", keys: "mod+alt+enter", whileTyping: true, enabled: canRun, run: () => void session.startRun({ targets: selected(), forced: selected() }) },
    { id: "force-all", group: "run", keys: "mod+shift+alt+enter", whileTyping: true, enabled: (state) => !state.starting, run: () => void session.startRun({ forced: ["*"] }) },
    { id: "pause", group: "run", enabled: when("run", ({ run }) => run?.state.status === "running" || run?.state.status === "queued"), run: () => void session.pauseRun() },
    { id: "resume", group: "run", enabled: when("paused", ({ run }) => run?.state.status === "paused"), run: () => void session.resumeRun() },
    { id: "cancel", group: "run", keys: "mod+.", whileTyping: true, enabled: when("run", (state) => isActive(state.run)), run: () => void session.cancelRun() },
    { id: "save", group: "run", keys: "mod+s", whileTyping: true, run: () => void session.saving.autosave.flush().catch(() => {}) },
  ];
}

async function copyToClipboard(session: EditorSession): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(fragmentText(document.copied(session.store)));
    return true;
  } catch {
    const t = currentTranslator();
    toast(t("commands.said.noCopying"), { detail: t("commands.said.useKeys"), tone: "bad" });
    return false;
  }
}

function editCommands({ session, pointer, flow }: CommandContext): Command[] {
  const { store } = session;
  const paste = async (connected: boolean, at = pointer()) => {
    const text = await navigator.clipboard.readText().catch(() => null);
    const t = currentTranslator();
    if (text === null) toast(t("commands.said.noPasting"), { detail: t("commands.said.useKeys"), tone: "bad" });
    else pasteText(store, text, at && flow.screenToFlowPosition(at), connected);
  };
  return [
    { id: "undo", group: "edit", keys: "mod+z", enabled: when("undo", (state) => state.history.past.length > 0), run: () => document.undo(store) },
    { id: "redo", group: "edit", keys: "mod+shift+z", otherKeys: "mod+y", enabled: when("redo", (state) => state.history.future.length > 0), run: () => document.redo(store) },
    { id: "cut", group: "edit", keys: "mod+x", native: true, enabled: somethingCopyable, run: () => void copyToClipboard(session).then((copied) => copied && document.deleteSelection(store)) },
    { id: "copy", group: "edit", keys: "mod+c", native: true, enabled: somethingCopyable, run: () => void copyToClipboard(session) },
    { id: "paste", group: "edit", keys: "mod+v", native: true, run: (at) => void paste(false, at) },
    { id: "paste-connected", group: "edit", keys: "mod+shift+v", native: true, run: (at) => void paste(true, at) },
    { id: "duplicate", group: "edit", keys: "mod+d", enabled: somethingCopyable, run: () => document.duplicateSelection(store) },
    { id: "duplicate-connected", group: "edit", keys: "mod+shift+d", enabled: somethingCopyable, run: () => document.duplicateSelection(store, true) },
    { id: "delete", group: "edit", keys: "delete", enabled: somethingSelected, run: () => document.deleteSelection(store) },
    { id: "select-all", group: "edit", keys: "mod+a", run: () => document.selectAll(store) },
    { id: "deselect", group: "edit", keys: "escape", enabled: somethingToLeave, run: () => (store.getState().offer ? endConnection(store) : leavesSelection(store.getState()) ? document.select(store, []) : leaveSubgraph(store)) },
  ];
}

function nodeCommands({ session, pointer, flow, show }: CommandContext): Command[] {
  const { store } = session;
  const add = (at?: ScreenPoint) => {
    const box = window.document.querySelector(".react-flow")?.getBoundingClientRect();
    const there = at ?? pointer();
    const screen = there ?? (box ? { x: box.x + box.width / 2 - 136, y: box.y + box.height / 3 } : { x: 0, y: 0 });
    store.setState({ search: { screen, canvas: there && flow.screenToFlowPosition(there) } });
  };
  const find = () => {
    if (!window.document.getElementById("palette-search")) togglePanel("palette", window.innerWidth < 1024);
    // The panel may have to open first.
    requestAnimationFrame(() => window.document.getElementById("palette-search")?.focus());
  };
  const nudge = (direction: "left" | "right" | "up" | "down", x: number, y: number): Command => ({ id: `nudge-${direction}`, group: "nodes", keys: `alt+${direction}`, enabled: somethingMovable, run: () => document.nudgeSelection(store, x, y) });
  return [
    { id: "add", group: "nodes", keys: "tab", run: add },
    { id: "add-too", group: "nodes", keys: "/", run: add },
    { id: "find-node", group: "nodes", keys: "mod+f", whileTyping: true, run: () => show("find") },
    { id: "find", group: "nodes", keys: "shift+a", run: find },
    { id: "mute", group: "nodes", keys: "mod+m", enabled: hasSelection, run: () => document.toggleMode(store, "muted") },
    { id: "bypass", group: "nodes", keys: "mod+b", enabled: hasSelection, run: () => document.toggleMode(store, "bypassed") },
    nudge("left", -10, 0),
    nudge("right", 10, 0),
    nudge("up", 0, -10),
    nudge("down", 0, 10),
  ];
}

function viewCommands({ session, flow, sheets, show }: CommandContext): Command[] {
  const { store } = session;
  const panel = (name: PanelName, keys: string): Command => ({ id: `panel-${name}`, group: "view", keys, run: () => togglePanel(name, sheets) });
  const tab = (name: PanelTab, keys: string): Command => ({ id: `tab-${name}`, group: "view", keys, run: () => store.setState({ tab: name }) });
  return [
    { id: "play", group: "steps", keys: "space", run: () => togglePlay(store) },
    { id: "back", group: "steps", keys: "left", run: () => scrub(store, -1) },
    { id: "forward", group: "steps", keys: "right", run: () => scrub(store, 1) },
    { id: "back-ten", group: "steps", keys: "shift+left", run: () => scrub(store, -10) },
    { id: "forward-ten", group: "steps", keys: "shift+right", run: () => scrub(store, 10) },
    { id: "first-step", group: "steps", keys: "home", run: () => scrubTo(store, "first") },
    { id: "newest-step", group: "steps", keys: "end", run: () => scrubTo(store, "newest") },
    { id: "inspect-large", group: "steps", keys: "i", run: () => inspect(store, { large: !store.getState().inspection.large }) },
    { id: "cell-back", group: "steps", keys: ",", run: () => moveCell(store, -1) },
    { id: "cell-forward", group: "steps", keys: ".", run: () => moveCell(store, 1) },
    { id: "fit", group: "view", keys: "f", run: () => void flow.fitView(fitOptions) },
    { id: "zoom-in", group: "view", keys: "+", run: () => void flow.zoomIn() },
    { id: "zoom-out", group: "view", keys: "-", run: () => void flow.zoomOut() },
    { id: "zoom-one", group: "view", keys: "0", run: () => void flow.zoomTo(1) },
    panel("palette", "["),
    panel("details", "]"),
    panel("steps", "\\"),
    tab("params", "1"),
    tab("inspect", "2"),
    tab("output", "3"),
    tab("runs", "4"),
    { id: "commands", group: "view", keys: "mod+k", whileTyping: true, run: () => show("commands") },
    { id: "shortcuts", group: "view", keys: "?", run: () => show("shortcuts") },
  ];
}

export function createCommands(context: CommandContext): Command[] {
  return [...runCommands(context), ...editCommands(context), ...nodeCommands(context), ...arrangeCommands(context), ...annotationCommands(context), ...subgraphCommands(context), ...viewCommands(context)];
}
