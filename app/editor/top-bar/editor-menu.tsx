"use client";

import { BookmarkPlus, Copy, Ellipsis, FileDown, Grid3x3, Keyboard, List, Redo2, Search, Undo2, Workflow } from "lucide-react";
import { useTranslations } from "use-intl";
import { AppearanceItems } from "@/app/ui/appearance-items";
import { IconButton } from "@/app/ui/icon-button";
import { Menu, MenuItem, MenuLine } from "@/app/ui/menu";
import type { Command } from "../command";
import { useEditor } from "../store/editor-context";

const icons: Record<string, React.ReactNode> = {
  undo: <Undo2 size={14} />,
  redo: <Redo2 size={14} />,
  export: <FileDown size={14} />,
  "save-preset": <BookmarkPlus size={14} />,
  "open-copy": <Copy size={14} />,
  "find-node": <Search size={14} />,
  commands: <List size={14} />,
  shortcuts: <Keyboard size={14} />,
  layout: <Workflow size={14} />,
  snap: <Grid3x3 size={14} />,
};

function CommandItem({ command }: { command: Command | undefined }) {
  const t = useTranslations();
  const enabled = useEditor((state) => command?.enabled?.(state) ?? true);
  if (!command) return null;
  return (
    <MenuItem icon={icons[command.id] ?? <span />} keys={command.keys} disabled={!enabled} onSelect={() => command.run()}>
      {t(`commands.titles.${command.id}`)}
    </MenuItem>
  );
}

export function EditorMenu({ commands }: { commands: readonly Command[] }) {
  const t = useTranslations();
  const command = (id: string) => commands.find((candidate) => candidate.id === id);
  return (
    <Menu trigger={<IconButton label={t("bar.more")} icon={<Ellipsis size={16} />} />}>
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
      {["layout", "snap"].map((id) => (
        <CommandItem key={id} command={command(id)} />
      ))}
      <MenuLine />
      {["export", "save-preset", "open-copy"].map((id) => (
        <CommandItem key={id} command={command(id)} />
      ))}
      <MenuLine />
      {["find-node", "commands", "shortcuts"].map((id) => (
        <CommandItem key={id} command={command(id)} />
      ))}
      <MenuLine />
      <AppearanceItems />
    </Menu>
  );
}
