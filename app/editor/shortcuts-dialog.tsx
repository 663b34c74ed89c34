"use client";

import { Dialog } from "@/app/ui/dialog";
import { Shortcut } from "@/app/ui/shortcut";
import type { Command, CommandGroup } from "./commands";

const groups: readonly CommandGroup[] = ["Run", "Edit", "Nodes", "Arrange", "Steps", "View"];

const mouse: readonly (readonly [string, string])[] = [
  ["Drag from a port", "Connect; on empty canvas it offers nodes that fit"],
  ["Drag an edge's end", "Move it; on empty canvas it is removed"],
  ["Shift and drag", "Select everything in a box"],
  ["Shift and click", "Add to the selection, or take away"],
  ["Double-click", "Add a node here"],
  ["Right-click", "What can be done with a node, or here"],
];

export function ShortcutsDialog({ open, onOpenChange, commands }: { open: boolean; onOpenChange: (open: boolean) => void; commands: readonly Command[] }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" width="wide">
      <div className="columns-1 gap-8 sm:columns-2">
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-sm text-faint">{group}</h3>
            <ul>
              {commands
                .filter((command) => command.group === group && command.keys)
                .map((command) => (
                  <li key={command.id} className="flex min-h-7 items-center justify-between gap-4">
                    {command.title}
                    <Shortcut keys={command.keys!} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
        <section className="mb-4 break-inside-avoid">
          <h3 className="mb-1 text-sm text-faint">Mouse</h3>
          <dl>
            {mouse.map(([gesture, effect]) => (
              <div key={gesture} className="flex min-h-7 justify-between gap-4">
                <dt className="whitespace-nowrap">{gesture}</dt>
                <dd className="text-right text-muted">{effect}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
