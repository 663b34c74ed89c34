import { expect, test } from "vitest";
import { emptyWorkflow } from "@/nodes/workflow";
import { renameWorkflow } from "../store/document-actions";
import { createEditorStore, type ShownRun } from "../store/editor-store";
import { isHintShown, stepsAfter, type StepsTaken } from "./steps-taken";

const nothing: StepsTaken = { changed: false, ran: false, looked: false, hidden: false };
const store = () => createEditorStore({ id: "w", name: "w", graph: emptyWorkflow, version: 1, updatedAt: 0 });
const run = { id: "r" } as ShownRun;

test("a workflow just opened has taken no step, and the hint is shown", () => {
  expect(stepsAfter(nothing, store().getState())).toBe(nothing);
  expect(isHintShown(nothing)).toBe(true);
});

test("an edit, a run and a look each take one, and stay taken", () => {
  const editor = store();
  renameWorkflow(editor, "another");
  const changed = stepsAfter(nothing, editor.getState());
  expect(changed).toEqual({ ...nothing, changed: true });
  const ran = stepsAfter(changed, { ...store().getState(), run });
  expect(ran).toEqual({ ...nothing, changed: true, ran: true });
  expect(isHintShown(ran)).toBe(true);
  const looked = stepsAfter(ran, { ...store().getState(), run, step: 3 });
  expect(looked).toEqual({ ...nothing, changed: true, ran: true, looked: true });
  expect(isHintShown(looked)).toBe(false);
  expect(stepsAfter(looked, store().getState())).toBe(looked);
});

test("the inspector counts once it has something to show", () => {
  const inspecting = { ...store().getState(), tab: "inspect" as const, selection: new Set(["a"]) };
  expect(stepsAfter(nothing, inspecting).looked).toBe(false);
  expect(stepsAfter(nothing, { ...inspecting, run }).looked).toBe(true);
});

test("put away, it stays away", () => {
  expect(isHintShown({ ...nothing, hidden: true })).toBe(false);
});
