import { type RefObject, useEffect, useRef } from "react";

/** Focuses the element once it is there, after a menu that called for it has closed and given its own focus back. */
export function useFocusAtFirst<T extends HTMLElement>(): RefObject<T | null> {
  const element = useRef<T>(null);
  useEffect(() => {
    element.current?.focus();
    const timer = setTimeout(() => element.current?.focus(), 60);
    return () => clearTimeout(timer);
  }, []);
  return element;
}
