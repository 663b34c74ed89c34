import { describe, expect, it, test } from "vitest";
import { english } from "@/app/i18n/translator";
import type { NodeState } from "@/nodes/run-events";
import { stateWord, sweepWord } from "./state-word";

const running: Extract<NodeState, { status: "running" }> = { status: "running", key: null, why: null, loading: "T5 text encoder", load: null, frames: [], notices: [] };

test.each([
  [null, "loading T5 text encoder", undefined],
  [{ seconds: 2, bytes: 9e9, progress: 0.429 }, "loading T5 text encoder 42 %", "Loading T5 text encoder: 9.0 GB of weights, 2.0 s so far, about 42 % there"],
  [{ seconds: 12.3, bytes: null, progress: null }, "loading T5 text encoder 12 s", "Loading T5 text encoder: 12 s so far"],
])("a load %o", (load, text, detail) => {
  expect(stateWord({ ...running, load }, false, english)).toEqual({ text, tone: "active", ...(detail && { detail }) });
});

test("a node that stopped in the middle says how far it got", () => {
  const frames = [{ step: 3, total: 8, tensors: null, numbers: {}, preview: null }];
  expect(stateWord({ status: "waiting", partial: { key: "a", frames } }, false, english).text).toBe("3 / 8");
  expect(stateWord({ status: "waiting" }, false, english).text).toBe("waiting");
  expect(stateWord({ status: "not-run", frames }, false, english).text).toBe("stopped at 3 / 8");
  expect(stateWord({ status: "not-run" }, false, english).text).toBe("not run");
});

const count = { total: 12, done: 0, reused: 0, failed: 0, running: 0, notRun: 0 };

describe("sweepWord", () => {
  it.each([
    [{}, "waiting", "quiet"],
    [{ running: 1 }, "0 of 12", "active"],
    [{ done: 7, running: 1 }, "7 of 12", "active"],
    [{ done: 6, failed: 1, running: 1 }, "6 of 12, 1 failed", "bad"],
    [{ done: 11, failed: 1 }, "1 of 12 failed", "bad"],
    [{ done: 11, notRun: 1 }, "1 of 12 not run", "quiet"],
    [{ notRun: 12 }, "not run", "quiet"],
    [{ done: 12, reused: 3 }, "12 of 12", "good"],
    [{ done: 12, reused: 12 }, "12 reused", "good"],
  ] as const)("says of %j “%s”", (part, text, tone) => expect(sweepWord({ ...count, ...part }, false, english)).toEqual({ text, tone }));

  it("says when the workflow has changed since", () => {
    expect(sweepWord({ ...count, done: 12 }, true, english).text).toBe("changed");
  });
});
