"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "./class-names";
import { useFocusReturn } from "./focus-return";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the thing to do next last. */
  actions?: ReactNode;
  width?: "normal" | "wide";
  /** Escape belongs to something inside, for now. */
  keepOnEscape?: boolean;
}

/** The first field, or the dialog as a whole: never its Close button. */
function focusFirstField(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget as HTMLElement;
  (dialog.querySelector<HTMLElement>("input, textarea, select") ?? dialog).focus();
}

export function Dialog({ open, onOpenChange, title, description, children, actions, width = "normal", keepOnEscape = false }: DialogProps) {
  const t = useTranslations();
  const focus = useFocusReturn(focusFirstField);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...focus}
          onEscapeKeyDown={(event) => keepOnEscape && event.preventDefault()}
          {...(!description && { "aria-describedby": undefined })}
          className={classNames(
            "appear fixed top-1/2 left-1/2 z-40 flex max-h-[85dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border border-line bg-panel shadow-float focus:outline-none",
            width === "wide" ? "max-w-2xl" : "max-w-md",
          )}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              {/* Without a tooltip: it would be what Escape closes first. */}
              <button type="button" aria-label={t("common.close")} className="-mt-1 -mr-2 flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink">
                <X size={16} aria-hidden />
              </button>
            </Radix.Close>
          </header>
          {children && <div className="min-h-0 overflow-y-auto px-5 py-3">{children}</div>}
          {actions ? <footer className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{actions}</footer> : <div className="h-2" />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
