import { expect, test } from "vitest";
import type { NodeState } from "@/nodes/run-events";
import { stateWord } from "./state-word";

const running: Extract<NodeState, { status: "running" }> = { status: "running", key: null, why: null, loading: "T5 text encoder", load: null, frames: [], notices: [] };

test.each([
  [null, "loading T5 text encoder"],
  [{ seconds: 2, bytes: 9e9, progress: 0.429 }, "loading T5 text encoder 42 %"],
  [{ seconds: 12.3, bytes: 9e9, progress: null }, "loading T5 text encoder 12 s"],
])("a load %o", (load, text) => {
  expect(stateWord({ ...running, load }, false)).toEqual({ text, tone: "active" });
});
