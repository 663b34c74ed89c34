"use client";

import { Fragment, type MouseEvent, type ReactNode, useState } from "react";
import { ContextItem, ContextLine, ContextMenu, ContextSubmenu } from "@/app/ui/context-menu";
import type { Command } from "../commands";
import { nodeOf } from "../graph/lookup";
import { select } from "../store/document-actions";
import { useEditor, useEditorStore } from "../store/editor-context";
import type { EditorState } from "../store/editor-store";

/** A command by its id, or a menu of its own. */
type Entry = string | { readonly title: string; readonly ids: readonly string[] };

const arrange: Entry = { title: "Arrange", ids: ["layout-selected", "align-left", "align-centre", "align-right", "align-top", "align-middle", "align-bottom", "distribute-x", "distribute-y"] };
const onNodes: readonly Entry[][] = [["run-selected", "force-selected"], ["mute", "bypass", arrange], ["cut", "copy", "duplicate", "delete"]];
const onCanvas: readonly Entry[][] = [["add", "paste"], ["run", "force-all"], ["layout", "select-all", "fit"]];

const theOnly = (state: EditorState) => (state.selection.size === 1 ? nodeOf(state.graph, [...state.selection][0]!) : undefined);

/** What a command does to exactly this node, where that can be said better. */
function titleFor(command: Command, state: EditorState): string {
  const node = theOnly(state);
  if (!node) return command.title;
  switch (command.id) {
    case "run-selected":
      return "Run to this node";
    case "force-selected":
      return "Run this node anew";
    case "mute":
      return node.mode === "muted" ? "Unmute" : "Mute";
    case "bypass":
      return node.mode === "bypassed" ? "Take back in" : "Bypass";
    default:
      return command.title;
  }
}

function Item({ command }: { command: Command }) {
  const enabled = useEditor((state) => command.enabled?.(state) ?? true);
  const title = useEditor((state) => titleFor(command, state));
  return (
    <ContextItem keys={command.keys} disabled={!enabled} onSelect={command.run}>
      {title}
    </ContextItem>
  );
}

function Submenu({ title, commands }: { title: string; commands: readonly Command[] }) {
  const enabled = useEditor((state) => commands.some((command) => command.enabled?.(state) ?? true));
  return (
    <ContextSubmenu title={title} disabled={!enabled}>
      {commands.map((command) => (
        <Item key={command.id} command={command} />
      ))}
    </ContextSubmenu>
  );
}

/** The menu of the right mouse button: about the nodes under it, or about the canvas. */
export function CanvasMenu({ commands, children }: { commands: readonly Command[]; children: ReactNode }) {
  const store = useEditorStore();
  const [aboutNodes, setAboutNodes] = useState(false);
  const onContextMenuCapture = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    // Fields keep the browser's own menu: pasting, spelling.
    if (event.target.closest("input, textarea, select")) return event.stopPropagation();
    const nodeId = event.target.closest("[data-node-id]")?.getAttribute("data-node-id");
    if (nodeId && !store.getState().selection.has(nodeId)) select(store, [nodeId]);
    setAboutNodes(Boolean(nodeId));
  };
  const items = (aboutNodes ? onNodes : onCanvas).map((group, index) => (
    <Fragment key={JSON.stringify(group[0])}>
      {index > 0 && <ContextLine />}
      {group.map((entry) => {
        const named = (id: string) => commands.filter((command) => command.id === id);
        if (typeof entry !== "string") return <Submenu key={entry.title} title={entry.title} commands={entry.ids.flatMap(named)} />;
        return named(entry).map((command) => <Item key={command.id} command={command} />);
      })}
    </Fragment>
  ));
  return (
    <ContextMenu items={items}>
      <div className="size-full" onContextMenuCapture={onContextMenuCapture}>
        {children}
      </div>
    </ContextMenu>
  );
}
