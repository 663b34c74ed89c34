"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Shortcut } from "./shortcut";

/** What every menu looks like. */
export const menuClass = "appear z-50 min-w-48 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-float";

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}

export function Menu({ trigger, children, align = "end" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={`${menuClass} max-h-(--radix-dropdown-menu-content-available-height)`}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const itemClass =
  "flex h-8 items-center gap-2.5 rounded-md px-2 outline-none select-none data-disabled:opacity-45 data-highlighted:bg-hover";

interface MenuItemProps {
  icon?: ReactNode;
  keys?: string | undefined;
  disabled?: boolean;
  tone?: "plain" | "danger";
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, keys, disabled = false, tone = "plain", onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item disabled={disabled} onSelect={onSelect} className={tone === "danger" ? `${itemClass} text-bad` : itemClass}>
      {icon && <span className="flex size-4 items-center justify-center text-muted">{icon}</span>}
      <span className="flex-1 whitespace-nowrap">{children}</span>
      {keys && <Shortcut keys={keys} />}
    </Radix.Item>
  );
}

/** One of several that can be chosen together: the menu stays open. */
export function MenuCheck({ checked, onChange, children }: { checked: boolean; onChange: () => void; children: ReactNode }) {
  return (
    <Radix.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()} className={itemClass}>
      <span className="flex size-4 items-center justify-center rounded-sm border border-line-strong">
        <Radix.ItemIndicator>
          <Check size={12} />
        </Radix.ItemIndicator>
      </span>
      <span className="flex-1 whitespace-nowrap">{children}</span>
    </Radix.CheckboxItem>
  );
}

interface MenuChoiceProps {
  value: string;
  onChange: (value: string) => void;
  choices: readonly { value: string; title: string; icon?: ReactNode; /** When it is written in another language than the page. */ lang?: string }[];
}

export function MenuChoice({ value, onChange, choices }: MenuChoiceProps) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onChange}>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={itemClass}>
          <span className="flex size-4 items-center justify-center text-muted">{choice.icon}</span>
          <span className="flex-1" lang={choice.lang}>
            {choice.title}
          </span>
          <Radix.ItemIndicator>
            <Check size={14} />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-sm text-faint">{children}</Radix.Label>;
}
