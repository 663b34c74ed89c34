"use client";

import { Fragment, type MouseEvent, type PointerEvent, type ReactNode, type RefObject, type TouchEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ContextItem, ContextLine, ContextMenu, ContextSubmenu } from "@/app/ui/context-menu";
import { markColors } from "@/nodes/workflow";
import type { Command, CommandId, ScreenPoint } from "../command";
import { nodeOf } from "../graph/lookup";
import { ReplaceMenu } from "./replace-menu";
import { isChosen, selectOnly, type Thing, thingAt } from "./things";
import { hasSelected } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";
import { selectedSubgraph } from "../store/subgraph-actions";

/** A command by its id, or a menu of its own. */
type Entry = CommandId | { readonly title: "commands.menu.arrange" | "commands.menu.color"; readonly ids: readonly CommandId[] };

const arrange: Entry = { title: "commands.menu.arrange", ids: ["layout-selected", "align-left", "align-centre", "align-right", "align-top", "align-middle", "align-bottom", "distribute-x", "distribute-y"] };
const color: Entry = { title: "commands.menu.color", ids: [...markColors.map((name) => `color-${name}` as const), "color-none"] };
const onSubgraph: Entry[] = ["open-subgraph", "unfold", "save-subgraph"];
const outOfSubgraph: Entry[] = ["leave-subgraph"];
const onNodes: readonly Entry[][] = [["run-selected", "force-selected"], ["mute", "bypass", "collapse", "lock"], onSubgraph, ["rename", color, arrange, "frame", "fold"], ["cut", "copy", "duplicate", "duplicate-connected", "delete"]];
const onAnnotations: readonly Entry[][] = [["rename", color, arrange], ["cut", "copy", "duplicate", "delete", "delete-with-contents"]];
const onEdge: readonly Entry[][] = [["reroute"], ["delete"]];
const onDot: readonly Entry[][] = [["delete"]];
const onCanvas: readonly Entry[][] = [outOfSubgraph, ["add", "paste", "paste-connected"], ["run", "force-all"], ["note", "frame", "layout"], ["select-all", "fit"]];

const menus: Readonly<Record<Thing["kind"], readonly Entry[][]>> = { node: onNodes, annotation: onAnnotations, reroute: onDot, edge: onEdge };

const fields = "input, textarea, select";

const theOnly = (state: EditorState) => (state.selection.size === 1 ? nodeOf(state.graph, [...state.selection][0]!) : undefined);

/** What a command does to exactly this node, where that can be said better; a key of the catalogue. */
function titleFor({ id }: Command, state: EditorState) {
  const usual = `commands.titles.${id}` as const;
  if (id === "frame" && !hasSelected(state)) return "commands.menu.addFrame";
  if (id === "rename" && [...state.selectedAnnotations].some((key) => key.startsWith("note:"))) return "commands.menu.write";
  const node = theOnly(state);
  if (!node) return usual;
  switch (id) {
    case "run-selected":
      return "commands.menu.runToNode";
    case "force-selected":
      return "commands.menu.forceNode";
    case "mute":
      return node.mode === "muted" ? "commands.menu.unmute" : "commands.menu.mute";
    case "collapse":
      return node.collapsed ? "commands.menu.expand" : "commands.menu.collapse";
    case "lock":
      return node.locked ? "commands.menu.unlock" : "commands.menu.lock";
    case "bypass":
      return node.mode === "bypassed" ? "commands.menu.takeBackIn" : "commands.menu.bypass";
    default:
      return usual;
  }
}

/** Where the menu was opened. The pointer is somewhere on the menu by the time something is chosen. */
type MenuPlace = RefObject<ScreenPoint | null>;

function Item({ command, at }: { command: Command; at: MenuPlace }) {
  const t = useTranslations();
  const enabled = useEditor((state) => command.enabled?.(state) ?? true);
  const title = useEditor((state) => titleFor(command, state));
  return (
    <ContextItem keys={command.keys} mark={command.id.startsWith("color-") && command.id !== "color-none" ? `var(--mark-${command.id.slice("color-".length)})` : undefined} disabled={!enabled} onSelect={() => command.run(at.current ?? undefined)}>
      {t(title)}
    </ContextItem>
  );
}

function Submenu({ title, commands, at }: { title: string; commands: readonly Command[]; at: MenuPlace }) {
  const enabled = useEditor((state) => commands.some((command) => command.enabled?.(state) ?? true));
  return (
    <ContextSubmenu title={title} disabled={!enabled}>
      {commands.map((command) => (
        <Item key={command.id} command={command} at={at} />
      ))}
    </ContextSubmenu>
  );
}

/** Without what is about subgraphs where there is none. */
const fitting = (groups: readonly Entry[][], state: EditorState) => groups.filter((group) => (group !== onSubgraph || selectedSubgraph(state) !== null) && (group !== outOfSubgraph || state.level !== null));

/** The menu of the right mouse button: about the nodes under it, or about the canvas. */
export function CanvasMenu({ commands, children }: { commands: readonly Command[]; children: ReactNode }) {
  const t = useTranslations();
  const store = useEditorStore();
  const [about, setAbout] = useState(onCanvas);
  // A finger that rests opens the menu with no event of its own: what it rests on is remembered.
  const pressed = useRef<Element | null>(null);
  const at: MenuPlace = useRef(null);
  const [onField, setOnField] = useState(false);
  const onPointerDownCapture = (event: PointerEvent) => {
    if (!(event.target instanceof Element)) return;
    at.current = { x: event.clientX, y: event.clientY };
    pressed.current = event.pointerType === "mouse" ? null : event.target;
    setOnField(event.pointerType !== "mouse" && event.target.closest(fields) !== null);
  };
  const onContextMenuCapture = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    // Fields keep the browser's own menu: pasting, spelling.
    if (event.target.closest(fields)) return event.stopPropagation();
    at.current = { x: event.clientX, y: event.clientY };
    lookAt(event.target);
  };
  const rested = useRef(false);
  const onOpen = () => {
    rested.current = pressed.current !== null;
    if (pressed.current) lookAt(pressed.current);
  };
  const onTouchEndCapture = (event: TouchEvent) => {
    // Lifted, the finger would click what is under the menu, and so close it.
    if (rested.current) event.preventDefault();
    rested.current = false;
  };
  const lookAt = (target: Element) => {
    const thing = thingAt(target);
    if (thing && !isChosen(store.getState(), thing)) selectOnly(store, thing);
    setAbout(fitting(thing === null ? onCanvas : menus[thing.kind], store.getState()));
  };
  const items = about.map((group, index) => (
    <Fragment key={JSON.stringify(group[0])}>
      {index > 0 && <ContextLine />}
      {group.map((entry) => {
        const named = (id: CommandId) => commands.filter((command) => command.id === id);
        if (typeof entry !== "string") return <Submenu key={entry.title} title={t(entry.title)} commands={entry.ids.flatMap(named)} at={at} />;
        return named(entry).map((command) => <Item key={command.id} command={command} at={at} />);
      })}
      {group[0] === "mute" && <ReplaceMenu />}
    </Fragment>
  ));
  return (
    <ContextMenu items={items} disabled={onField} onOpen={onOpen}>
      <div className="size-full" onContextMenuCapture={onContextMenuCapture} onPointerDownCapture={onPointerDownCapture} onTouchEndCapture={onTouchEndCapture}>
        {children}
      </div>
    </ContextMenu>
  );
}
