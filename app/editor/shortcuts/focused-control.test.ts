import { expect, test } from "vitest";
import { typedInto, usersOf } from "./focused-control";

test("boxes, buttons and ranges are not typed into", () => {
  for (const type of ["checkbox", "radio", "button", "range"]) expect(typedInto).toContain(`[type=${type}]`);
});

test("a range keeps the keys that move it, a box those that tick it, and neither any other", () => {
  for (const keys of ["left", "shift+right", "up", "home", "end", "pagedown"]) expect(usersOf(keys)).toContain("input[type=range]");
  for (const keys of ["left", "home", "mod+z", "i"]) expect(usersOf(keys) ?? "").not.toContain("checkbox");
  expect(usersOf("space")).toContain("input[type=checkbox]");
  expect(usersOf("mod+enter")).toBeNull();
});
