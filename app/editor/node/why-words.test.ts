import { describe, expect, it } from "vitest";
import { english, translatorOf } from "@/app/i18n/translator";
import type { NodeState, Why } from "@/nodes/run-events";
import { whyWords } from "./why-words";

const done = (why: Why | null, reused = false): NodeState => ({ status: "done", reused, key: null, why, seconds: 1, outputs: {}, frames: [], notices: [] });

describe("whyWords", () => {
  it.each<[Why, string]>([
    [{ kind: "first-time" }, "Ran for the first time"],
    [{ kind: "changed", what: ["Prompt"] }, "Ran because Prompt changed"],
    [{ kind: "changed", what: ["Prompt", "Seed", "checkpoint"] }, "Ran because Prompt, Seed and checkpoint changed"],
    [{ kind: "changed", what: [] }, "Ran because something it needs changed"],
    [{ kind: "evicted" }, "Ran again because the files of its result were gone"],
    [{ kind: "damaged" }, "Ran again because a file of its result was damaged"],
    [{ kind: "forced" }, "Ran because it was forced"],
    [{ kind: "restarted" }, "Started again from its first step: the node, the checkpoint or what computes it changed since it was interrupted"],
    [{ kind: "unchanged" }, "Reused: unchanged since the last run"],
    [{ kind: "computed-before" }, "Reused: computed before by another run"],
  ])("says %j", (why, words) => expect(whyWords(done(why), english)).toBe(words));

  it("speaks of a node at work as of one at work", () => {
    const running: NodeState = { status: "running", key: null, why: { kind: "changed", what: ["Steps"] }, loading: null, load: null, frames: [], notices: [] };
    expect(whyWords(running, english)).toBe("Runs because Steps changed");
  });

  it("says nothing where no reason was given", () => {
    expect([whyWords(undefined, english), whyWords({ status: "waiting" }, english), whyWords(done(null), english)]).toEqual([null, null, null]);
  });

  it("names what changed in the language of the interface", () => {
    expect(whyWords(done({ kind: "changed", what: ["Prompt", "Seed", "checkpoint"] }), translatorOf("zh"))).toBe("运行过，因为提示词、种子和检查点有变化");
  });
});
