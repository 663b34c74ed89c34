"use client";

import { useRef } from "react";

/**
 * For dialogs that no trigger of their own opens: closed, they give the focus back to what had it. Radix gives it to the trigger
 * alone, and else to nothing.
 */
export function useFocusReturn(focusWithin: (event: Event) => void): { onOpenAutoFocus(event: Event): void; onCloseAutoFocus(event: Event): void } {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus(event) {
      before.current = document.activeElement;
      focusWithin(event);
    },
    onCloseAutoFocus(event) {
      event.preventDefault();
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus({ preventScroll: true });
    },
  };
}
