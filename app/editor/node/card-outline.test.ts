import { afterEach, expect, it } from "vitest";
import { findPreset } from "@/nodes/presets";
import { noteMemory } from "../graph/problem-lookup";
import { moveNodes } from "../graph/operations";
import { edit } from "../store/document-actions";
import { createEditorStore } from "../store/editor-store";
import { faceSelector } from "./card-outline";

const store = () => createEditorStore({ id: "w", name: "Test", graph: findPreset("text-to-image")!.graph, version: 1, updatedAt: 0 });

afterEach(() => void noteMemory(null));

it("is one object while nothing that is seen of it changes", () => {
  const editor = store();
  const select = faceSelector("sampler");
  const face = select(editor.getState());
  edit(editor, (graph) => moveNodes(graph, new Map([["sampler", { x: 5000, y: 0 }]])));
  expect(select(editor.getState())).toBe(face);
});

it("shows what the worker says of its memory, though nothing was edited", () => {
  const editor = store();
  const select = faceSelector("sampler");
  expect(select(editor.getState()).problems).toEqual([]);
  noteMemory({ limit: 1, resident: 0, decoderPixel: 4300, samplerToken: 303_000, textTokens: 512 });
  expect(select(editor.getState()).problems).toHaveLength(1);
});
