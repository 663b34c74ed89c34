"use client";

import { useReactFlow } from "@xyflow/react";
import { useTheme } from "next-themes";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { focusCard } from "./canvas/card-focus";
import { addPictures } from "./canvas/dropped-files";
import type { FlowEdge, FlowNode } from "./canvas/flow-elements";
import type { Command, CommandId, Overlay, ScreenPoint } from "./command";
import { createCommands } from "./commands";
import { fragmentText } from "./graph/fragment-text";
import { useSheets } from "./panels/window-size";
import { pasteText } from "./paste";
import { belongsToControl, typedInto } from "./shortcuts/focused-control";
import { useKeyBindings, withBindings } from "./shortcuts/key-bindings";
import { watchFocus } from "./shortcuts/focus-watch";
import { isTyping, keysOf } from "./shortcuts/key-press";
import { copied, deleteSelection, hasCopyable } from "./store/document-actions";
import { useSession } from "./store/editor-context";
import { inspect } from "./store/inspect-actions";
import type { EditorState, EditorStore } from "./store/editor-store";
import { useDuplicate } from "./top-bar/use-duplicate";
import { createWorkflowCommands } from "./workflow-commands";

/** Commands of the canvas that mean nothing while the inspector covers it. */
const overCanvas: ReadonlySet<CommandId> = new Set<CommandId>(["deselect", "delete", "cut", "duplicate", "duplicate-connected", "paste", "paste-connected", "select-all", "zoom-in", "zoom-out", "zoom-one", "fit"]);
const isOverCanvas = ({ id, group }: Command) => group === "nodes" || group === "arrange" || overCanvas.has(id);

const fieldOf = (target: EventTarget | null) => (target instanceof Element ? target.closest(typedInto) : null);

/** Tab adds a node only where it would otherwise go nowhere useful: with nothing focused and the pointer on the canvas, moved since the keys led the focus somewhere. */
function tabIsFree(pointer: ScreenPoint | null): boolean {
  const focused = document.activeElement;
  return pointer !== null && (focused === null || focused === document.body || focused.closest(".react-flow") !== null) && !focused?.matches("input") && fieldOf(focused) === null;
}

/** Out of a param's field, to the card it is on or is about: there every key is a command again. */
function leaveField(field: Element, { selection, inspection }: EditorState): void {
  const id = field.closest("[data-node-id]")?.getAttribute("data-node-id") ?? [...selection][0];
  if (id === undefined || inspection.large) (field as HTMLElement).blur();
  else focusCard(id);
}

function onKeyDown(event: KeyboardEvent, commands: readonly Command[], store: EditorStore, pointer: ScreenPoint | null): void {
  if (event.defaultPrevented || event.isComposing) return;
  const keys = keysOf(event);
  const field = fieldOf(event.target);
  if (keys === "escape" && field?.closest("[data-param]")) {
    event.preventDefault();
    return leaveField(field, store.getState());
  }
  const command = commands.find((candidate) => candidate.keys === keys || candidate.otherKeys === keys);
  if (!command || command.native) return;
  // Fields of nodes share the workflow's own undo; a name being typed has the browser's.
  const ownUndo = (command.id === "undo" || command.id === "redo") && field?.closest("[data-param]");
  const whileTyping = command.whileTyping === true && !isTyping(keys);
  if (field && !whileTyping && !ownUndo) return;
  if (belongsToControl(event, keys) && !whileTyping) return;
  if (keys === "tab" && !tabIsFree(pointer)) return;
  if (store.getState().inspection.large && isOverCanvas(command)) {
    // The canvas lies behind the inspector: nothing there may change unseen.
    event.preventDefault();
    if (command.id === "deselect") inspect(store, { large: false });
    return;
  }
  event.preventDefault();
  if (command.enabled?.(store.getState()) ?? true) command.run();
}

/** Whether copying and pasting means nodes here, and not text. */
function meansNodes(event: ClipboardEvent): boolean {
  return fieldOf(event.target) === null && !document.querySelector("[role=dialog]") && (window.getSelection()?.isCollapsed ?? true);
}

/** Every command, with the keys it comes with. */
function useAllCommands(show: (overlay: Overlay) => void, pointer: () => ScreenPoint | null): readonly Command[] {
  const session = useSession();
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const sheets = useSheets();
  const router = useRouter();
  const { setTheme } = useTheme();
  const duplicate = useDuplicate();
  return useMemo(() => {
    const go = (path: string) => router.push(path);
    return [...createCommands({ session, flow, sheets, pointer, show }), ...createWorkflowCommands({ store: session.store, sheets, show, go, duplicate, setTheme })];
  }, [session, flow, sheets, pointer, show, router, duplicate, setTheme]);
}

/** Listens to keys and the clipboard. The commands it gives have the keys the person chose. */
export function useCommands(show: (overlay: Overlay) => void): { readonly commands: readonly Command[]; readonly usual: readonly Command[] } {
  const session = useSession();
  const { store } = session;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const pointer = useRef<ScreenPoint | null>(null);
  const pointerNow = useCallback(() => pointer.current, []);
  const usual = useAllCommands(show, pointerNow);
  const bindings = useKeyBindings((state) => state.bindings);
  const commands = useMemo(() => withBindings(usual, bindings), [usual, bindings]);

  useEffect(() => {
    const move = (event: PointerEvent) => {
      const over = event.target instanceof Element && event.target.closest("[data-canvas]");
      pointer.current = over ? { x: event.clientX, y: event.clientY } : null;
    };
    const focus = watchFocus();
    // A paste does not say by which keys it came: with Shift, the copies are fed as the originals are.
    let shifted = false;
    const press = (event: KeyboardEvent) => {
      shifted = event.shiftKey;
      onKeyDown(event, commands, store, focus.ledByKeys() ? null : pointer.current);
    };
    const pressEarly = (event: KeyboardEvent) => {
      // A button that opens a menu takes Enter whatever is held with it: Ctrl+Enter is to run.
      if (!(event.ctrlKey || event.metaKey) || !(event.target instanceof Element) || !event.target.closest("[aria-haspopup=menu]")) return;
      press(event);
      if (event.defaultPrevented) event.stopPropagation();
    };
    const copy = (event: ClipboardEvent) => {
      if (!meansNodes(event) || !hasCopyable(store.getState()) || !event.clipboardData) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", fragmentText(copied(store)));
      if (event.type === "cut") deleteSelection(store);
    };
    const paste = (event: ClipboardEvent) => {
      if (!meansNodes(event) || !event.clipboardData) return;
      event.preventDefault();
      const at = pointer.current && flow.screenToFlowPosition(pointer.current);
      const files = [...event.clipboardData.files];
      if (files.length > 0) addPictures(store, files, at ?? flow.screenToFlowPosition({ x: window.innerWidth / 2, y: window.innerHeight / 2 }));
      else pasteText(store, event.clipboardData.getData("text/plain"), at, shifted);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("keydown", press);
    window.addEventListener("keydown", pressEarly, { capture: true });
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      focus.stop();
      window.removeEventListener("pointermove", move);
      window.removeEventListener("keydown", press);
      window.removeEventListener("keydown", pressEarly, { capture: true });
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, [commands, store, flow]);
  return { commands, usual };
}
