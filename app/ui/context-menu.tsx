"use client";

import { ChevronRight } from "lucide-react";
import { ContextMenu as Radix } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useRef } from "react";
import { itemClass, menuClass } from "./menu";
import { Shortcut } from "./shortcut";

/** Takes what was chosen; the menu does it once it is closed. */
const ChosenContext = createContext<(run: () => void) => void>((run) => run());

/** A menu where the pointer is, for the element inside it. */
export function ContextMenu({ children, items, disabled = false, onOpen }: { children: ReactNode; items: ReactNode; disabled?: boolean; onOpen?: () => void }) {
  const before = useRef<Element | null>(null);
  const chosen = useRef<(() => void) | null>(null);
  const onOpenChange = (open: boolean) => {
    if (!open) return;
    before.current = document.activeElement;
    chosen.current = null;
    onOpen?.();
  };
  const choose = useCallback((run: () => void) => {
    chosen.current = run;
  }, []);
  const onCloseAutoFocus = (event: Event) => {
    const run = chosen.current;
    if (!run) return;
    chosen.current = null;
    // The focus goes back first: what is chosen may take it somewhere else.
    event.preventDefault();
    if (before.current instanceof HTMLElement || before.current instanceof SVGElement) before.current.focus({ preventScroll: true });
    run();
  };
  return (
    <Radix.Root modal={false} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild disabled={disabled}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content collisionPadding={8} onCloseAutoFocus={onCloseAutoFocus} className={`${menuClass} max-h-(--radix-context-menu-content-available-height)`}>
          <ChosenContext.Provider value={choose}>{items}</ChosenContext.Provider>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ContextItemProps {
  keys?: string | undefined;
  disabled?: boolean;
  /** A colour the item stands for. */
  mark?: string | undefined;
  onSelect: () => void;
  children: ReactNode;
}

export function ContextItem({ keys, disabled = false, mark, onSelect, children }: ContextItemProps) {
  const choose = useContext(ChosenContext);
  return (
    <Radix.Item disabled={disabled} onSelect={() => choose(onSelect)} className={itemClass}>
      {mark && <span aria-hidden className="h-1 w-4 rounded-sm" style={{ background: mark }} />}
      <span className="flex-1 whitespace-nowrap">{children}</span>
      {keys && <Shortcut keys={keys} />}
    </Radix.Item>
  );
}

/** A menu of its own, opened beside the item. */
export function ContextSubmenu({ title, disabled = false, children }: { title: string; disabled?: boolean; children: ReactNode }) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger disabled={disabled} className={`${itemClass} data-[state=open]:bg-hover`}>
        <span className="flex-1 whitespace-nowrap">{title}</span>
        <ChevronRight size={14} className="text-faint" aria-hidden />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent collisionPadding={8} sideOffset={2} className={`${menuClass} max-h-(--radix-context-menu-content-available-height)`}>
          {children}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  );
}

export function ContextLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}
