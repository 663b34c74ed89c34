"use client";

import { BookmarkPlus, Copy, Ellipsis, FileDown, Grid3x3, Keyboard, Redo2, Undo2, Workflow } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuItem, MenuLine } from "@/app/ui/menu";
import { ThemeItems } from "@/app/ui/theme-items";
import type { Command } from "../commands";
import { downloadWorkflow } from "../export-workflow";
import { useEditor, useEditorStore } from "../store/editor-context";
import { PresetDialog } from "./preset-dialog";
import { useDuplicate } from "./use-duplicate";

const icons: Record<string, React.ReactNode> = { undo: <Undo2 size={14} />, redo: <Redo2 size={14} />, shortcuts: <Keyboard size={14} />, layout: <Workflow size={14} />, snap: <Grid3x3 size={14} /> };

function CommandItem({ command }: { command: Command | undefined }) {
  const enabled = useEditor((state) => command?.enabled?.(state) ?? true);
  if (!command) return null;
  return (
    <MenuItem icon={icons[command.id] ?? <span />} keys={command.keys} disabled={!enabled} onSelect={command.run}>
      {command.title}
    </MenuItem>
  );
}

export function EditorMenu({ commands }: { commands: readonly Command[] }) {
  const store = useEditorStore();
  const [preset, setPreset] = useState(false);
  const duplicate = useDuplicate();
  const command = (id: string) => commands.find((candidate) => candidate.id === id);
  return (
    <>
      <Menu trigger={<IconButton label="More" icon={<Ellipsis size={16} />} />}>
        {["run-selected", "force-selected", "force-all"].map((id) => (
          <CommandItem key={id} command={command(id)} />
        ))}
        <MenuLine />
        {["undo", "redo"].map((id) => (
          <CommandItem key={id} command={command(id)} />
        ))}
        <MenuLine />
        {["cut", "copy", "paste", "duplicate", "delete", "select-all", "mute", "bypass"].map((id) => (
          <CommandItem key={id} command={command(id)} />
        ))}
        <MenuLine />
        <CommandItem command={command("layout")} />
        <CommandItem command={command("snap")} />
        <MenuLine />
        <MenuItem icon={<FileDown size={14} />} onSelect={() => downloadWorkflow(store.getState().name, store.getState().graph)}>
          Export workflow as JSON
        </MenuItem>
        <MenuItem icon={<BookmarkPlus size={14} />} onSelect={() => setPreset(true)}>
          Save as preset
        </MenuItem>
        <MenuItem icon={<Copy size={14} />} onSelect={duplicate}>
          Open a copy
        </MenuItem>
        <MenuLine />
        <CommandItem command={command("shortcuts")} />
        <MenuLine />
        <ThemeItems />
      </Menu>
      <PresetDialog open={preset} onOpenChange={setPreset} />
    </>
  );
}
