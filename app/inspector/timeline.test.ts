import { expect, test } from "vitest";
import type { StoredFrame } from "@/nodes/run-events";
import { frameBefore, sampled, stepSizes } from "./timeline";

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
