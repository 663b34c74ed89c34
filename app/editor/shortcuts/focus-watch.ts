/** Whether the keys, or a command they gave, led the focus where it is, and the pointer has not moved since. */
export function watchFocus(): { ledByKeys(): boolean; stop(): void } {
  let byKeys = false;
  let pressed = false;
  const on = new AbortController();
  const listen = (type: "pointermove" | "pointerdown" | "pointerup" | "pointercancel" | "focusin", act: () => void) => window.addEventListener(type, act, { capture: true, signal: on.signal });
  listen("pointermove", () => (byKeys = false));
  listen("pointerdown", () => ([byKeys, pressed] = [false, true]));
  listen("pointerup", () => (pressed = false));
  listen("pointercancel", () => (pressed = false));
  listen("focusin", () => (byKeys = !pressed));
  return { ledByKeys: () => byKeys, stop: () => on.abort() };
}
