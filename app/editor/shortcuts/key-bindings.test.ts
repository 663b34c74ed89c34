import { describe, expect, test } from "vitest";
import type { Command, CommandId } from "../command";
import { bind, clearKeys, type KeyBindings, readBindings, unbind, wishFor, withBindings } from "./key-bindings";

const command = (id: CommandId, keys?: string, native?: true): Command => ({ id, group: "edit", ...(keys && { keys }), ...(native && { native }), run: () => {} });
const redo: Command = { ...command("redo", "mod+shift+z"), otherKeys: "mod+y" };
const commands = [redo, command("run", "mod+enter"), command("duplicate", "mod+d"), command("copy", "mod+c", true), command("pause")];
const keysNow = (bindings: KeyBindings) => Object.fromEntries(withBindings(commands, bindings).map(({ id, keys }) => [id, keys]));

test("without bindings, commands have the keys they come with", () => {
  expect(keysNow({})).toEqual({ redo: "mod+shift+z", run: "mod+enter", duplicate: "mod+d", copy: "mod+c", pause: undefined });
});

describe("binding", () => {
  test("gives keys to a command with or without", () => {
    expect(keysNow(bind({}, commands, "pause", "p"))).toMatchObject({ pause: "p" });
    expect(keysNow(bind({}, commands, "run", "mod+shift+k"))).toMatchObject({ run: "mod+shift+k" });
  });

  test("leaves whoever had the keys without", () => {
    expect(bind({}, commands, "pause", "mod+d")).toEqual({ pause: "mod+d", duplicate: null });
  });

  test("back to the usual keys leaves nothing behind", () => {
    const bound = bind({}, commands, "run", "r");
    expect(bind(bound, commands, "run", "mod+enter")).toEqual({});
    expect(unbind(bound, commands, "run")).toEqual({});
  });

  test("resetting takes the keys back from whoever got them meanwhile", () => {
    const bound = bind({}, commands, "pause", "mod+d");
    expect(keysNow(unbind(bound, commands, "duplicate"))).toMatchObject({ duplicate: "mod+d", pause: undefined });
  });

  test("keys can be taken away", () => {
    expect(keysNow(clearKeys({}, commands, "run")).run).toBeUndefined();
    expect(clearKeys({}, commands, "pause")).toEqual({});
  });

  test("the clipboard's keys stay", () => {
    expect(keysNow({ copy: "k" }).copy).toBe("mod+c");
  });

  test("bindings of commands this version does not have are kept", () => {
    expect(bind({ gone: "g" }, commands, "pause", "p")).toEqual({ gone: "g", pause: "p" });
  });
});

describe("other keys that do the same", () => {
  const otherNow = (bindings: KeyBindings) => withBindings(commands, bindings)[0]!.otherKeys;

  test("are there until another command is given them, and come back when it lets go", () => {
    expect(otherNow({})).toBe("mod+y");
    expect(wishFor(commands, "pause", "mod+y")).toMatchObject({ kind: "taken", by: { id: "redo" } });
    const taken = bind({}, commands, "pause", "mod+y");
    expect(taken).toEqual({ pause: "mod+y" });
    expect(otherNow(taken)).toBeUndefined();
    expect(keysNow(taken)).toMatchObject({ redo: "mod+shift+z", pause: "mod+y" });
    expect(otherNow(unbind(taken, commands, "pause"))).toBe("mod+y");
    expect(otherNow(clearKeys(taken, commands, "pause"))).toBe("mod+y");
  });

  test("go with a command's own keys, when it is given others or none", () => {
    expect(otherNow(bind({}, commands, "redo", "mod+y"))).toBeUndefined();
    expect(keysNow(bind({}, commands, "redo", "mod+y"))).toMatchObject({ redo: "mod+y" });
    expect(otherNow(clearKeys({}, commands, "redo"))).toBeUndefined();
  });
});

test("what stands against a wish", () => {
  expect(wishFor(commands, "pause", "p")).toEqual({ kind: "free" });
  expect(wishFor(commands, "run", "mod+enter")).toEqual({ kind: "free" });
  expect(wishFor(commands, "pause", "mod+d")).toMatchObject({ kind: "taken", by: { id: "duplicate" } });
  expect(wishFor(commands, "pause", "mod+w")).toEqual({ kind: "refused", why: "windows" });
});

test.each([null, 3, {}, { bindings: [] }, { bindings: { run: 4 } }, { bindings: { run: "" } }])("a damaged memory (%j) counts as none", (stored) => {
  expect(readBindings(stored)).toEqual({});
});

test("what was stored comes back", () => {
  expect(readBindings({ bindings: { run: "r", pause: null } })).toEqual({ run: "r", pause: null });
});
