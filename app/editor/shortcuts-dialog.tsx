"use client";

import { Fragment, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/app/ui/button";
import { Dialog } from "@/app/ui/dialog";
import { useAppleKeys } from "@/app/ui/shortcut";
import type { Command, CommandGroup } from "./command";
import { type KeyBindings, useKeyBindings } from "./shortcuts/key-bindings";
import { ShortcutRow } from "./shortcuts/shortcut-row";

/** Two columns of about one height, where there is room for two. */
const columns: readonly (readonly CommandGroup[])[] = [
  ["run", "edit", "nodes"],
  ["arrange", "steps", "view", "workflow"],
];

const gestures = ["pan", "zoom", "card", "port", "edge", "shiftDrag", "shiftClick", "doubleClick", "title", "rightClick", "file"] as const;

interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** With the keys they have now. */
  commands: readonly Command[];
  /** With the keys they come with. */
  usual: readonly Command[];
}

/** Gives every command its own keys again, and can take that back while the dialog is open. */
function ResetAll() {
  const t = useTranslations();
  const bindings = useKeyBindings((state) => state.bindings);
  const [before, setBefore] = useState<KeyBindings | null>(null);
  const set = (next: KeyBindings, earlier: KeyBindings | null) => {
    useKeyBindings.setState({ bindings: next });
    setBefore(earlier);
  };
  if (Object.keys(bindings).length > 0) return <Button onClick={() => set({}, bindings)}>{t("shortcuts.resetAll")}</Button>;
  return before && <Button onClick={() => set(before, null)}>{t("shortcuts.undoReset")}</Button>;
}

function MouseGestures() {
  const t = useTranslations();
  const key = useAppleKeys() ? "⌘" : "Ctrl";
  return (
    <section>
      <h3 className="mb-1 text-sm text-faint">{t("shortcuts.mouse.heading")}</h3>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-8 gap-y-1.5">
        {gestures.map((gesture) => (
          <Fragment key={gesture}>
            <dt>{t(`shortcuts.mouse.${gesture}`, { key })}</dt>
            <dd className="text-muted">{t(`shortcuts.mouse.${gesture}Effect`)}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

/** Every command with its keys, to be read and to be changed. */
export function ShortcutsDialog({ open, onOpenChange, commands, usual }: ShortcutsDialogProps) {
  const t = useTranslations();
  const [current, setCurrent] = useState<{ readonly id: string; readonly listening: boolean } | null>(null);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("shortcuts.title")} description={t("shortcuts.description")} width="wide" keepOnEscape={current?.listening === true} actions={<ResetAll />}>
      <div className="grid gap-x-8 sm:grid-cols-2">
        {columns.map((groups) => (
          <div key={groups[0]}>
            {groups.map((group) => (
              <section key={group} aria-label={t(`commands.groups.${group}`)} className="mb-4">
                <h3 className="mb-1 text-sm text-faint">{t(`commands.groups.${group}`)}</h3>
                <ul>
                  {commands
                    .filter((command) => command.group === group)
                    .map((command) => (
                      <ShortcutRow key={command.id} command={command} commands={commands} usual={usual} current={current?.id === command.id} listening={current?.id === command.id && current.listening} onListen={(listening) => setCurrent({ id: command.id, listening })} />
                    ))}
                </ul>
              </section>
            ))}
          </div>
        ))}
      </div>
      <MouseGestures />
    </Dialog>
  );
}
