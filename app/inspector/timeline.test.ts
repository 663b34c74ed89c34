import { expect, test } from "vitest";
import type { StoredFrame } from "@/nodes/run-events";
import { computableFrames, frameBefore, keptFrames, masksOver, refsOver, sampled, stepSizes } from "./timeline";
import { keyOfViews } from "./worker/messages";

const frame = (step: number, total: number, numbers: Record<string, number> = {}): StoredFrame => ({ step, total, tensors: null, numbers, preview: null });

test("a sample is even, keeps both ends, and short timelines are whole", () => {
  const items = Array.from({ length: 10_000 }, (_, i) => i);
  const sample = sampled(items, 48);
  expect(sample).toHaveLength(48);
  expect([sample[0], sample.at(-1)]).toEqual([0, 9_999]);
  const gaps = sample.slice(1).map((item, i) => item - sample[i]!);
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  expect(sampled([1, 2, 3], 3)).toEqual([1, 2, 3]);
});

test("the frame before one of them; none before the first", () => {
  const frames = [frame(1, 2), frame(2, 2)];
  expect(frameBefore(frames, frames[1]!)).toBe(frames[0]);
  expect(frameBefore(frames, frames[0]!)).toBeNull();
});

test("a step's size is the noise it takes away; the last goes down to zero", () => {
  const whole = [frame(1, 3, { sigma: 1 }), frame(2, 3, { sigma: 0.75 }), frame(3, 3, { sigma: 0.25 })];
  expect(stepSizes(whole)).toEqual([
    { step: 1, value: 0.25 },
    { step: 2, value: 0.5 },
    { step: 3, value: 0.25 },
  ]);
  // While it runs, nobody knows yet where the newest step goes.
  expect(stepSizes(whole.slice(0, 2))).toEqual([{ step: 1, value: 0.25 }]);
  expect(stepSizes([frame(1, 1)])).toEqual([]);
});

const kept = (step: number, total: number): StoredFrame => ({ ...frame(step, total), tensors: { hash: String(step).padStart(64, "0"), kind: "safetensors", bytes: 1 } });

test("what is known of all steps is made once, and the key of a picture does not grow with them", () => {
  const frames = Array.from({ length: 10_000 }, (_, i) => (i === 1 ? frame(2, 10_000) : kept(i + 1, 10_000)));
  const steps = keptFrames(frames);
  expect(steps).toHaveLength(9_999);
  expect(keptFrames(frames)).toBe(steps);
  const refs = refsOver(steps, "latents");
  expect([refs.length, refs[1]]).toEqual([9_999, { hash: "3".padStart(64, "0"), name: "latents" }]);
  expect(refsOver(steps, "latents")).toBe(refs);
  expect(refsOver(steps, "denoised")[0]!.name).toBe("denoised");
  expect(masksOver(steps)).toBe(masksOver(steps));

  const view = (timeline: typeof refs, at = 0) => [{ kind: "latent-components", of: refs[at]!, timeline } as const];
  expect(keyOfViews(view(refs)).length).toBeLessThan(keyOfViews(view(refs.slice(0, 32))).length + 20);
  expect(keyOfViews(view(refs))).not.toBe(keyOfViews(view(refs, 1)));
  // One step more is another basis.
  expect(keyOfViews(view(refs))).not.toBe(keyOfViews(view(refs.slice(0, -1))));
});

test("decoding takes what a step left, attention what the step before it left", () => {
  const frames = [kept(1, 5), frame(2, 5), kept(3, 5), kept(4, 5), kept(5, 5)];
  const steps = (by: "decoding" | "attention") => computableFrames(frames, { draws: { by } }).map(({ step }) => step);
  expect(steps("decoding")).toEqual([1, 3, 4, 5]);
  expect(steps("attention")).toEqual([1, 2, 4, 5]);
});
