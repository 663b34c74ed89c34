import { describe, expect, test } from "vitest";
import { english } from "@/app/i18n/translator";
import { isModifier, isTyping, type KeyPress, keysOf, whyReserved } from "./key-press";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, ...held });

describe("a press as text", () => {
  test.each([
    [press("Z", { ctrlKey: true, shiftKey: true }), "mod+shift+z"],
    [press("z", { metaKey: true }), "mod+z"],
    [press("?", { shiftKey: true }), "?"],
    [press("=", {}), "+"],
    [press(" ", { shiftKey: true }), "shift+space"],
    [press("ArrowLeft", { altKey: true }), "alt+left"],
    [press("Backspace"), "delete"],
    [press("Enter", { ctrlKey: true, altKey: true }), "mod+alt+enter"],
  ])("%j", (event, keys) => {
    expect(keysOf(event)).toBe(keys);
  });
});

test("a modifier alone is no press yet", () => {
  expect(isModifier(press("Shift"))).toBe(true);
  expect(isModifier(press("a"))).toBe(false);
});

test("only keys with Ctrl or a function key are no typing", () => {
  expect(["r", "shift+r", "alt+r", "space", "left"].filter((keys) => !isTyping(keys))).toEqual([]);
  expect(["mod+r", "mod+alt+enter", "f2", "shift+f9"].filter(isTyping)).toEqual([]);
});

describe("what the browser keeps", () => {
  test.each(["mod+t", "mod+shift+w", "mod+tab", "mod+3", "f5", "mod+shift+r", "mod+0", "mod+-", "alt+f4", "mod+c", "enter", "tab", "f12"])("%s is refused in words", (keys) => {
    const why = whyReserved(keys);
    expect(why && english(`shortcuts.reserved.${why}`)).toMatch(/\w+ .*\.$/);
  });

  test.each(["mod+k", "t", "mod+shift+d", "f2", "shift+t", "alt+w", "mod+enter", "3"])("%s is free", (keys) => {
    expect(whyReserved(keys)).toBeNull();
  });
});
