import { expect, test } from "vitest";
import { commands as english } from "@/app/i18n/en/commands";
import { emptyWorkflow } from "@/nodes/workflow";
import type { CommandContext } from "./command";
import { createCommands } from "./commands";
import { whyReserved } from "./shortcuts/key-press";
import { createEditorStore } from "./store/editor-store";
import { createWorkflowCommands } from "./workflow-commands";

const store = createEditorStore({ id: "w", name: "w", graph: emptyWorkflow, version: 1, updatedAt: 0 });
const unused = () => {};
const all = [
  // Nothing is run here: what commands reach for is never asked.
  ...createCommands({ session: { store }, flow: {}, sheets: false, pointer: () => null, show: unused } as unknown as CommandContext),
  ...createWorkflowCommands({ store, sheets: false, show: unused, go: unused, duplicate: unused, setTheme: unused }),
];

test("every name in the catalogue is of a command", () => {
  expect(all.map(({ id }) => id).sort()).toEqual(Object.keys(english.titles).sort());
});

test("no two commands share an id or keys", () => {
  const ids = all.map(({ id }) => id);
  const keys = all.flatMap(({ keys, otherKeys }) => [keys, otherKeys].filter((each) => each !== undefined));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(keys.filter((each, index) => keys.indexOf(each) !== index)).toEqual([]);
});

test("no command comes with keys the browser keeps, but for the clipboard's and Tab on the canvas", () => {
  const kept = all.filter(({ keys, otherKeys, native }) => !native && [keys, otherKeys].some((each) => each !== undefined && whyReserved(each) !== null));
  expect(kept.map(({ id }) => id)).toEqual(["add"]);
});

test("what cannot be used on an empty canvas says why", () => {
  const closed = all.filter(({ enabled }) => enabled && !enabled(store.getState()));
  expect(closed.length).toBeGreaterThan(10);
  expect(closed.filter(({ enabled }) => !enabled!.why).map(({ id }) => id)).toEqual([]);
});
