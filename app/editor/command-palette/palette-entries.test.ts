import { describe, expect, test, vi } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import { specs } from "@/nodes/specs";
import { emptyWorkflow } from "@/nodes/workflow";
import type { Command } from "../command";
import { createEditorStore } from "../store/editor-store";
import { commandEntries, findEntries, nodeEntries, type PaletteEntry, presetEntries } from "./palette-entries";
import { withUsed } from "./recent-entries";

const store = createEditorStore({ id: "w", name: "w", graph: emptyWorkflow, version: 1, updatedAt: 0 });
const entry = (title: string, rest: Partial<PaletteEntry> = {}): PaletteEntry => ({ id: title, title, group: "Edit", run: () => {}, ...rest });
const titles = (entries: readonly PaletteEntry[]) => entries.map(({ title }) => title);

test("commands come with keys, and with what they wait for", () => {
  const needsSelection = Object.assign(({ selection }: { selection: ReadonlySet<string> }) => selection.size > 0, { why: "node" as const });
  const commands: Command[] = [
    { id: "run", group: "run", keys: "mod+enter", run: () => {} },
    { id: "mute", group: "nodes", enabled: needsSelection, run: () => {} },
    { id: "save", group: "run", enabled: () => false, run: () => {} },
  ];
  const [run, mute, save] = commandEntries(commands, store.getState(), english);
  expect(run).toMatchObject({ id: "command:run", title: "Run", group: "Run", keys: "mod+enter" });
  expect(run).not.toHaveProperty("unavailable");
  expect(mute!.unavailable).toBe("Select a node first.");
  expect(save!.unavailable).toBe("");
  expect(commandEntries(commands, { ...store.getState(), selection: new Set(["a"]) }, english)[1]).not.toHaveProperty("unavailable");
});

test("every node people may add is offered, no probe is", () => {
  const add = vi.fn();
  const entries = nodeEntries(add, english);
  expect(entries.map(({ id }) => id)).toEqual(Object.values(specs).filter((spec) => !("probe" in spec)).map(({ type }) => `node:${type}`));
  entries[0]!.run();
  expect(add).toHaveBeenCalledWith(entries[0]!.id.slice("node:".length));
});

test("a preset opens by its id", () => {
  const open = vi.fn();
  const [preset] = presetEntries([{ id: "p1", name: "Text to image", description: "From words", shipped: true, nodeTypes: [] }], open, english);
  preset!.run();
  expect(preset!.title).toBe("Open preset: Text to image");
  expect(open).toHaveBeenCalledWith("p1");
});

describe("finding", () => {
  const entries = [entry("Undo"), entry("Redo"), entry("Run"), entry("Run all"), entry("Rename")];

  test("with nothing typed, what was used last stands first and nothing twice", () => {
    const found = findEntries(entries, " ", ["Run all", "gone", "Undo"]);
    expect(titles(found.recent)).toEqual(["Run all", "Undo"]);
    expect(titles(found.others)).toEqual(["Redo", "Run", "Rename"]);
  });

  test("at most five recent ones stand first", () => {
    const all = Array.from({ length: 9 }, (_, i) => entry(`e${i}`));
    const found = findEntries(all, "", titles(all));
    expect(titles(found.recent)).toEqual(["e0", "e1", "e2", "e3", "e4"]);
    expect(found.others).toHaveLength(4);
  });

  test("a better match comes before one used last; use decides among equals", () => {
    expect(titles(findEntries(entries, "re", ["Rename"]).others)).toEqual(["Rename", "Redo"]);
    expect(titles(findEntries(entries, "run", ["Run all"]).others)).toEqual(["Run", "Run all"]);
  });

  test("what cannot be used now comes after its equals, never away", () => {
    expect(titles(findEntries([entry("Run here", { unavailable: "" }), entry("Run there")], "run", []).others)).toEqual(["Run there", "Run here"]);
  });

  test("groups and other words are searched too", () => {
    expect(titles(findEntries([entry("Add node: Prompt", { words: "The words the picture should follow." }), ...entries], "follow", []).others)).toEqual(["Add node: Prompt"]);
  });
});

describe("in Chinese", () => {
  const chinese = translatorOf("zh");
  const entries = [...commandEntries([{ id: "align-left", group: "arrange", run: () => {} }, { id: "align-right", group: "arrange", run: () => {} }, { id: "undo", group: "edit", run: () => {} }], store.getState(), chinese), ...nodeEntries(() => {}, chinese)];
  const ids = (query: string) => findEntries(entries, query, []).others.map(({ id }) => id);

  test("commands are found by their Chinese names, also by single characters of them", () => {
    expect(ids("左对齐")).toEqual(["command:align-left"]);
    expect(ids("右齐")).toEqual(["command:align-right"]);
  });

  test("and by their English ones", () => {
    expect(ids("align left")).toEqual(["command:align-left"]);
    expect(ids("undo")[0]).toBe("command:undo");
    expect(ids("flux sampler")[0]).toBe("node:flux-sampler");
  });
});

test("the last used comes first, once, and the oldest are forgotten", () => {
  expect(withUsed(["a", "b"], "b")).toEqual(["b", "a"]);
  const many = Array.from({ length: 20 }, (_, i) => String(i));
  expect(withUsed(many, "new")).toEqual(["new", ...many.slice(0, 19)]);
});
