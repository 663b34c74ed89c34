import { describe, expect, it } from "vitest";
import { english } from "@/app/i18n/translator";
import { findSpec } from "@/nodes/specs";
import type { Sweep } from "@/nodes/workflow";
import { paramFields } from "../graph/param-fields";
import { draftOf, readSweep, sweepSummary } from "./sweep-draft";

const field = (type: string, name: string) => paramFields(findSpec(type)!).find((each) => each.name === name)!;
const steps = field("flux-sampler", "steps");
const seed = field("flux-sampler", "seed");
const guidance = field("flux-sampler", "guidance");
const prompt = field("prompt", "text");
const onOrOff = field("boolean", "value");
const prefix = field("visual-branch-unmasker", "textPrefix");

describe("a sweep's form", () => {
  it.each<[string, ReturnType<typeof field>, Sweep]>([
    ["a range", steps, { kind: "range", from: 4, to: 20, step: 4 }],
    ["a falling range", guidance, { kind: "range", from: 3, to: 1, step: -0.5 }],
    ["a list of numbers", steps, { kind: "list", values: [4, 8, 28] }],
    ["consecutive seeds", seed, { kind: "range", from: 42, to: 141, step: 1 }],
    ["prompts", prompt, { kind: "list", values: ["a dog, sleeping", "a cat"] }],
    ["on and off", onOrOff, { kind: "list", values: [false, true] }],
    ["choices", prefix, { kind: "list", values: ["every iteration (authors)"] }],
  ])("gives back %s as it was", (_, over, sweep) => {
    expect(readSweep(over, draftOf(over, 42, sweep), english)).toEqual({ sweep });
  });

  it("starts at the present value", () => {
    expect(readSweep(seed, draftOf(seed, 7, undefined), english)).toEqual({ sweep: { kind: "range", from: 7, to: 10, step: 1 } });
    expect(readSweep(prompt, draftOf(prompt, "a dog", undefined), english)).toEqual({ sweep: { kind: "list", values: ["a dog"] } });
  });

  it("takes the commas of Chinese keyboards too", () => {
    expect(readSweep(steps, { ...draftOf(steps, 4, undefined), kind: "list", list: "4，8、12；28" }, english)).toEqual({ sweep: { kind: "list", values: [4, 8, 12, 28] } });
  });

  it("says what is wrong", () => {
    const draft = draftOf(steps, 4, undefined);
    expect(readSweep(steps, { ...draft, kind: "list", list: "4, eight" }, english)).toEqual({ problem: "“eight” is no number. Part numbers by commas or lines." });
    expect(readSweep(steps, { ...draft, from: "9", to: "1" }, english)).toEqual({ problem: "Steps of 1 do not lead from 9 to 1." });
    expect(readSweep(steps, { ...draft, step: "0" }, english)).toEqual({ problem: "A step of 0 never ends." });
    expect(readSweep(seed, { ...draftOf(seed, Number.MAX_SAFE_INTEGER, undefined), count: "2" }, english)).toEqual({ problem: "That many seeds from there go beyond the largest seed." });
    expect(readSweep(prompt, { ...draftOf(prompt, "", undefined), list: "\n \n" }, english)).toEqual({ problem: "Write one value per line." });
  });
});

describe("sweepSummary", () => {
  it("names the first values without making the rest", () => {
    expect(sweepSummary({ kind: "range", from: 0, to: 1e15, step: 1 }, { choices: [] }, english)).toBe("0, 1, 2, 3 and 999,999,999,999,997 more");
    expect(sweepSummary({ kind: "list", values: ["a", true] }, { choices: [] }, english)).toBe("a, on");
  });
});
